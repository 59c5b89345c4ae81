"""Fine-tunes a small transformer that reads mood, urgency and topic of a post, and packs it."""
