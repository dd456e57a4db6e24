"""The pages. Nothing outside this package imports Streamlit, and nothing inside it computes."""
