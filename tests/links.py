"""Links that the tests open, and the pages that open them."""

from explorer.share import DEFAULT_QUERY

PAGES = ("explore", "compare", "functions")  # those that show a case
SETUPS = ["multiclass", "binary", "multilabel"]
BATCH = "setup=multiclass&z=2,1,0.1;0.5,2.5,-1;1,-1,3;0,0,0&y=0,1,1,2&names=cat,dog,fox"
VIEWED = f"{BATCH}&w=1,2,0.5&unit=bits&row=2&size=large"  # with every kind of part: case, options and view
SOFT = DEFAULT_QUERY.replace("y=0", "q=0.7,0.2,0.1")
BINARY = "setup=binary&z=1.5&y=1&names=ham,spam"
MULTILABEL = "setup=multilabel&z=2,0.5,-1&y=1,1,0&names=comedy,drama,action"
