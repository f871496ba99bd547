"""The looks: dark, light, and high contrast. One accent; red, green and yellow only where they mean something."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="crm-dark",
    dark=True,
    primary="#7fb4ca",
    secondary="#8a9a9f",
    accent="#7fb4ca",
    warning="#e0b060",
    error="#e8716d",
    success="#8fc27c",
    foreground="#d6d9d8",
    background="#15181a",
    surface="#1d2124",
    panel="#272c30",
    variables={
        "block-cursor-background": "#2f4652",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#23292d",
        "block-cursor-blurred-foreground": "#d6d9d8",
        "block-cursor-blurred-text-style": "none",
        "text-muted": "#8d979c",
        "text-disabled": "#5f686d",
        "text-accent": "#8fc4da",
        "text-warning": "#e0b060",
        "text-error": "#f08984",
        "text-success": "#9ccf8a",
        "border": "#4a5a63",
    },
)
LIGHT: Final = Theme(
    name="crm-light",
    dark=False,
    primary="#1f6584",
    secondary="#5b6a70",
    accent="#1f6584",
    warning="#8a5a00",
    error="#b3261e",
    success="#2c6e21",
    foreground="#1f2527",
    background="#faf9f6",
    surface="#f1efea",
    panel="#e4e1da",
    variables={
        "block-cursor-background": "#cfe2ea",
        "block-cursor-foreground": "#101416",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#e9e6df",
        "block-cursor-blurred-foreground": "#1f2527",
        "block-cursor-blurred-text-style": "none",
        "text-muted": "#606b70",
        "text-disabled": "#8f979a",
        "text-accent": "#175a78",
        "text-warning": "#7d5100",
        "text-error": "#a3211a",
        "text-success": "#25601b",
        "border": "#a9b6bb",
    },
)
CONTRAST: Final = Theme(
    name="crm-contrast",
    dark=True,
    primary="#ffff00",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffd000",
    error="#ff8080",
    success="#60ff60",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#5a5a5a",
    variables={
        "block-cursor-background": "#ffff00",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#404040",
        "block-cursor-blurred-foreground": "#ffffff",
        "block-cursor-blurred-text-style": "bold",
        "text-muted": "#dddddd",
        "text-disabled": "#bbbbbb",
        "text-accent": "#ffff00",
        "text-warning": "#ffd000",
        "text-error": "#ff9090",
        "text-success": "#60ff60",
        "border": "#ffffff",
    },
)
THEMES: Final = (DARK, LIGHT, CONTRAST)
ASIDES: Final = {
    "crm-dark": "dark",
    "crm-light": "light",
    "crm-contrast": "high contrast",
}
