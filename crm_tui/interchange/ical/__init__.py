"""iCalendar files: to-dos are follow-ups, events are meetings; both ways. Source: RFC 5545."""
