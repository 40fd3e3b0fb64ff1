"""Views: the value of every page, built from what the floors below say; shown as HTML and as JSON alike."""
