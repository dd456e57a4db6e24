"""The page that everybody writes first: five sliders, a Plotly chart and a number, with nothing done for speed.

`benchmarks/browser.py` runs it as the measure of what Streamlit costs by itself.
"""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

CLASSES = ["cat", "dog", "fox", "owl", "pig"]
STARTS = [2.0, 1.0, 0.1, -0.5, 0.0]

logits = np.array(
    [st.slider(f"logit of {name}", -5.0, 5.0, start, 0.1) for name, start in zip(CLASSES, STARTS, strict=True)]
)
powers = np.exp(logits - logits.max())
probabilities = powers / powers.sum()

figure = go.Figure(go.Bar(x=CLASSES, y=probabilities))
figure.update_layout(title="softmax", yaxis_title="probability", yaxis_range=[0, 1])
st.plotly_chart(figure, key="chart")
st.metric("loss", f"{-np.log(probabilities[0]):.4f}")
