"""What is told of prices: the tables of `docs/cost.md`, and what seats of other tools cost.

table        the tables, written from the price book, the usage profile and `seats.json`
samples      the companies that it shows figures of
seats.json   list prices of other tools, each with its source and the day it was read
"""
