"""The demo: an invented street and a city around it, made by the business's own verbs."""
