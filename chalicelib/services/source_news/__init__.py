"""Source news: what we are blind to, what is back, quiet or short of budget, each told once.

news       which source has news
blindness  blind and back: to whoever is on duty, and to the keepers
budgets    what reading has used up, and what nobody knows a price of
speaking   each is told once, whoever ticks
"""

from chalicelib.services.source_news.news import SourceNews

__all__ = ["SourceNews"]
