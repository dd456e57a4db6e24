"""The pages. Nothing outside this package imports Streamlit.

No loss is computed inside it, but for the example whose logit a hand is moving: ``board/preview.js`` shows its numbers
until Python has answered. What only a page asks of a breakdown is decided here, such as which class is predicted.
"""
