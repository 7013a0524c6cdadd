"""The commands borderdesk and borderdesk-bureau."""
