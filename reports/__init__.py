"""Results for people and programs: terminal, Markdown, JSON.

Everything here turns values into strings or rich renderables; only the command line prints.
Nothing in ``harness`` but its command line may import from here.
"""
