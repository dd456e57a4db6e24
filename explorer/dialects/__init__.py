"""The same mathematics under each library's names and rules."""
