"""The screens, one file each, and what they share: workers, forms, dialogs, help."""
