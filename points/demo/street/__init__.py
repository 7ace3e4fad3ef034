"""The demo street: 22 months of a street's life, planned from one seed and lived through the business's own verbs."""
