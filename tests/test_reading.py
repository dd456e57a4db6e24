"""The reader: real prints and files become the arrays that they show, and everything else one clear sentence."""

import ast
import codecs
import json
import math
import re
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from explorer import InvalidCase, reading
from explorer.numerics import Array
from explorer.reading import brackets, numbers, plain

NAN, INF = math.nan, math.inf
PAIR = [[2.0, 1.0, 0.1], [0.5, 2.5, -1.0]]


def reads(text: str | bytes, expected: Any) -> None:
    """A text is read as exactly this: values, shape, dtype and the sign of zero."""
    array = reading.read_array(text, "logits")
    wanted = np.array(expected, dtype=np.float64)
    assert array.dtype == np.float64
    assert array.shape == wanted.shape
    np.testing.assert_array_equal(array, wanted)
    np.testing.assert_array_equal(np.signbit(array), np.signbit(wanted))


def refusal(text: str | bytes, name: str = "logits") -> str:
    """The sentence in which a text is refused, without what all of them begin with."""
    with pytest.raises(InvalidCase) as caught:
        reading.read_array(text, name)
    message = str(caught.value)
    assert caught.value.part == name
    assert message.isprintable()
    assert len(message) < 300
    assert message.startswith(f"The {name or 'text'} could not be read: ")
    assert message.endswith(".")
    return message.partition(": ")[2]


# ------------------------------------------------------------------------------------------------------- true prints

PYTORCH = {
    "tensor([[2.0000, 1.0000, 0.1000]])": [[2, 1, 0.1]],
    "tensor([[2.0, 1.0, 0.1]], device='cuda:0', grad_fn=<AddmmBackward0>)": [[2, 1, 0.1]],
    "tensor([[2.0000, 1.0000, 0.1000]], requires_grad=True)": [[2, 1, 0.1]],
    "tensor([[2.0000, 1.0000, 0.1001]], dtype=torch.bfloat16)": [[2, 1, 0.1001]],
    "tensor([[ 2.0000,  1.0000,  0.1000],\n        [ 0.5000,  2.5000, -1.0000]], dtype=torch.float64)": PAIR,
    "tensor([2, 1])": [2, 1],
    "tensor([ True, False])": [1, 0],
    "tensor(0.5514)": 0.5514,
    "tensor(3)": 3,
    "tensor(0.7459, grad_fn=<NllLossBackward0>)": 0.7459,
    "tensor(1.3449, dtype=torch.float64, grad_fn=)": 1.3449,  # as a web page leaves it that took <...> for a tag
    "tensor([[1., 2.]], grad_fn=&lt;AddmmBackward&gt;)": [[1, 2]],
    "tensor([[1., 2.]], device='cuda:0',\n       grad_fn=<AddmmBackward0>)": [[1, 2]],
    "tensor([   nan,    inf,   -inf, 1.5000])": [NAN, INF, -INF, 1.5],
    "tensor([1.0000e-08, 1.0000e+03, 1.2346e+07])": [1e-8, 1e3, 12346000],
    "tensor([       0.0000,     1000.0000, 12345678.0000])": [0, 1000, 12345678],
    "tensor([ 0.,  1.,  2.,\n         3., -0.])": [0, 1, 2, 3, -0.0],
    "tensor([[[0., 1.],\n         [2., 3.]],\n\n        [[4., 5.],\n         [6., 7.]]])": [
        [[0, 1], [2, 3]],
        [[4, 5], [6, 7]],
    ],
    "Parameter containing:\ntensor([[-0.0043,  0.3097],\n        [-0.4249, -0.2224]], requires_grad=True)": [
        [-0.0043, 0.3097],
        [-0.4249, -0.2224],
    ],
    "[tensor(0.5000), tensor(0.6000)]": [0.5, 0.6],
    "[tensor([1., 2.]), tensor([3., 4.])]": [[1, 2], [3, 4]],
    "[tensor([nan, inf]), tensor([3., 4.])]": [[NAN, INF], [3, 4]],
    "[tensor([1., 2.]), tensor([1.0000e+10, 4.0000e+00])]": [[1, 2], [1e10, 4]],
    "[tensor([1, 2]), tensor([3, 4])]": [[1, 2], [3, 4]],
    "(tensor([1., 2.]),)": [[1, 2]],
    "{'loss': tensor(0.5514, device='cuda:0')}": 0.5514,
    # before 0.4, and C++
    "\n 2.0000  1.0000  0.1000\n 0.5000  2.5000 -1.0000\n[torch.FloatTensor of size 2x3]\n": PAIR,
    "Variable containing:\n 0.1000\n 0.2000\n[torch.cuda.FloatTensor of size 2x1 (GPU 0)]\n": [[0.1], [0.2]],
    "Variable containing:\n 1.0986\n[torch.FloatTensor of size 1]": [1.0986],
    "\n1.00000e-02 *\n  1.5000  2.5000\n[torch.FloatTensor of size 1x2]": [[0.015, 0.025]],
    "tensor(1.00000e-03 *\n       [[ 2.0000,  4.0000]])": [[0.002, 0.004]],
    " 2  1\n 3  4\n[ CPUFloatType{2,2} ]": [[2, 1], [3, 4]],
    " 2\n 1\n[ CPULongType{2} ]": [2, 1],
}
NUMPY = {
    "[[ 2.   1.   0.1]\n [ 0.5  2.5 -1. ]]": PAIR,
    "[[2.  1.  0.1]]": [[2, 1, 0.1]],
    "[1 2 3]": [1, 2, 3],
    "[ nan  inf -inf   1.]": [NAN, INF, -INF, 1],
    "[[ True False]\n [False  True]]": [[1, 0], [0, 1]],
    "[1.e-10 1.e+10]": [1e-10, 1e10],
    "[[[ 0.  1.]\n  [ 2.  3.]]\n\n [[ 4.  5.]\n  [ 6.  7.]]]": [[[0, 1], [2, 3]], [[4, 5], [6, 7]]],
    "[[-0.20232848 -0.94868022\n  -0.1]\n [ 1.94648034 -0.9882377\n   1.4]]": [
        [-0.20232848, -0.94868022, -0.1],
        [1.94648034, -0.9882377, 1.4],
    ],
    "array([[2. , 1. , 0.1]], dtype=float32)": [[2, 1, 0.1]],
    "array([[ 2. ,  1. ,  0.1],\n       [ 0.5,  2.5, -1. ]])": PAIR,
    "array([1, 2, 3])": [1, 2, 3],
    "array(3.5)": 3.5,
    "np.float32(3.5)": 3.5,
    "[np.float64(0.1), np.float64(2.0)]": [0.1, 2],
    "(np.float64(0.1), np.float64(2.0))": [0.1, 2],
    "[np.True_, np.False_]": [1, 0],
    "[array([0.5, 1. ]), array([2., 3.])]": [[0.5, 1], [2, 3]],
    "matrix([[1, 2],\n        [3, 4]])": [[1, 2], [3, 4]],
    "array([0.5, 1.5], shape=(2,))": [0.5, 1.5],
}
OTHERS = {
    "Array([[ 2. ,  1. ,  0.1],\n       [ 0.5,  2.5, -1. ]], dtype=float32)": PAIR,
    "Array(0.55, dtype=float32, weak_type=True)": 0.55,
    "[Array(0.5, dtype=float32, weak_type=True), Array(0.6, dtype=float32, weak_type=True)]": [0.5, 0.6],
    "DeviceArray([1., 2.], dtype=float32)": [1, 2],
    "jnp.array([[1, 2]])": [[1, 2]],
    "tf.Tensor(\n[[ 2.   1.   0.1]\n [ 0.5  2.5 -1. ]], shape=(2, 3), dtype=float32)": PAIR,
    "tf.Tensor(0.5514, shape=(), dtype=float32)": 0.5514,
    "tf.Tensor([0 2 1], shape=(3,), dtype=int32)": [0, 2, 1],
    "<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[1., 2.],\n       [3., 4.]], dtype=float32)>": [
        [1, 2],
        [3, 4],
    ],
    "<tf.Tensor: id=7, shape=(), dtype=float32, numpy=0.5514>": 0.5514,
    "<tf.Variable 'Variable:0' shape=(2,) dtype=float32, numpy=array([1., 2.], dtype=float32)>": [1, 2],
    "<Variable path=dense/kernel, shape=(1, 3), dtype=float32, value=[[2.  1.  0.1]]>": [[2, 1, 0.1]],
    "Tensor(shape=[1, 2], dtype=float32, place=Place(cpu), stop_gradient=True,\n       [[2., 1.]])": [[2, 1]],
    "\n[[1. 2.]]\n<NDArray 1x2 @cpu(0)>": [[1, 2]],
    # pandas
    "   cat  dog  fox\n0  2.0  1.0  0.1\n1  0.5  2.5 -1.0": PAIR,
    " cat  dog  fox\n 2.0  1.0  0.1\n 0.5  2.5 -1.0": PAIR,
    "     0    1    2\n0  2.0  1.0  0.1\n1  0.5  2.5 -1.0": PAIR,
    "       0  1\ncat -1.0  2\ndog  3.0  4": [[-1, 2], [3, 4]],
    "   a  b\n-1.0  2\n 3.0  4": [[-1, 2], [3, 4]],
    "   0    1\n0  2  NaN\n1  1  3.0": [[2, NAN], [1, 3]],
    "0    2.0\n1    1.0\n2    0.1\ndtype: float64": [2, 1, 0.1],
    "a    2.0\nb    1.0\nName: logits, dtype: float64": [2, 1],
    # R, Julia, MATLAB, Mathematica, C
    "  a b\n1 2 3\n2 4 5": [[2, 3], [4, 5]],
    "[1] 2.0 1.0 0.1": [2, 1, 0.1],
    " [1]  2.0  NaN -Inf\n [4]  0.1  1.0": [2, NAN, -INF, 0.1, 1],
    "[1]  TRUE FALSE": [1, 0],
    "     [,1] [,2] [,3]\n[1,]  2.0  1.0  0.1\n[2,]  0.5  2.5 -1.0": PAIR,
    "     [,1] [,2] [,3]\n[1,]    2    1  0.1": [[2, 1, 0.1]],
    "     cat dog fox\n[1,] 2.0 1.0  0.1\n[2,] 0.5 2.5 -1.0": PAIR,
    "    [,1] [,2]\ncat    1    2\ndog    3    4": [[1, 2], [3, 4]],
    "3-element Vector{Float64}:\n 2.0\n 1.0\n 0.1": [2, 1, 0.1],
    "3-element Array{Int64,1}:\n 2\n 1\n 0": [2, 1, 0],
    "2-element BitVector:\n 1\n 0": [1, 0],
    "2×3 Matrix{Float64}:\n 2.0  1.0   0.1\n 0.5  2.5  -1.0": PAIR,
    "1×3 adjoint(::Vector{Float64}) with eltype Float64:\n 2.0  1.0  0.1": [[2, 1, 0.1]],
    "2×1 Matrix{Float64}:\n 2.0\n 1.0": [[2], [1]],
    "2-element Vector{Vector{Float64}}:\n [1.0, 2.0]\n [3.0, 4.0]": [[1, 2], [3, 4]],
    "[0 1; 0.5 2.5]": [[0, 1], [0.5, 2.5]],
    "[2 1 0.1; 0.5 2.5 -1]": PAIR,
    "2 1 0.1;\n0.5 2.5 -1;": PAIR,
    "1.0e+03 *\n\n    2.0000    1.0000\n    0.5000    3.0000": [[2000, 1000], [500, 3000]],
    "{{2.0, 1.0, 0.1}, {0.5, 2.5, -1.0}}": PAIR,
}
WRITTEN = {
    "[[2, 1, 0.1], [0.5, 2.5, -1]]": PAIR,
    "[(2, 1, 0.1), (0.5, 2.5, -1)]": PAIR,
    "((2, 1, 0.1), (0.5, 2.5, -1),)": PAIR,
    "[[2, 1, 0.1],\n [0.5, 2.5, -1],\n]": PAIR,
    "[2, 1, 0.1]\n[0.5, 2.5, -1]": PAIR,
    "[2, 1, 0.1], [0.5, 2.5, -1]": PAIR,
    "[2 1 0.1]\n[0.5 2.5 -1]": PAIR,
    "[[2], [1]]": [[2], [1]],
    "(1,)": [1],
    "((1,), (2,))": [[1], [2]],
    "(0.5)": 0.5,  # as in Python
    "[[(0.5)]]": [[0.5]],
    "[0.1, 0.2, ]": [0.1, 0.2],
    "[0.1, 0.2],": [0.1, 0.2],
    '{"logits": [[2, 1], [0, 3]]}': [[2, 1], [0, 3]],
    "[NaN, Infinity, -Infinity, 1]": [NAN, INF, -INF, 1],
    "['0.5', \"1.5\"]": [0.5, 1.5],
    "[1_000, 2.5e-1]": [1000, 0.25],
    # code
    "torch.tensor([[2.0, 1.0]])": [[2, 1]],
    "logits = torch.tensor([[2.0, 1.0]], dtype=torch.float64, requires_grad=True)  # mine": [[2, 1]],
    "x = np.array([[1, 2], [3, 4]], np.float32)": [[1, 2], [3, 4]],
    "y = torch.LongTensor([0, 2]).cuda()": [0, 2],
    "torch.tensor([0.5, 1]).to('cuda').requires_grad_()": [0.5, 1],
    "tf.constant([1., 2.])": [1, 2],
    "float('-inf')": -INF,
    "y = [0,  # cat\n     2]  # fox": [0, 2],
    "0.5 * torch.tensor([2.0, 4.0])": [1, 2],
    ">>> logits\ntensor([1., 2.])": [1, 2],
    ">>> logits = torch.tensor([[1., 2.],\n...                       [3., 4.]])": [[1, 2], [3, 4]],
    "In [3]: logits\nOut[3]: \narray([1., 2.])": [1, 2],
    "In [4]: x = [[1, 2],\n   ...:      [3, 4]]": [[1, 2], [3, 4]],
    "np.array((np.array([1., 2.]), np.array([3., 4.])))": [[1, 2], [3, 4]],
    "y = [0,# cat\n     2]# fox": [0, 2],
    "[2,31]": [2, 31],
    "[1.000,5]": [1, 5],
    "[[0, 1], [0.5, 2.5]]": [[0, 1], [0.5, 2.5]],
    "[1e308, -1e-300, 5e-324, 0e-999, 0.00e+400]": [1e308, -1e-300, 5e-324, 0, 0],
    # names
    "logits: [1, 2]": [1, 2],
    "logits [[1, 2]]": [[1, 2]],
    "My logits are tensor([1., 2.])": [1, 2],
    "x[0] = [1, 2]": [1, 2],
    "logits: 2 1 0.1": [2, 1, 0.1],
    # signs
    "[−1.5, –2, ∞, −∞, ‑0.5]": [-1.5, -2, INF, -INF, -0.5],
    "2\u00a01\u2009−0.1": [2, 1, -0.1],
    "2.0\u00a0100": [2, 100],
    "0\u202f123": [0, 123],
    "1234\u00a0567": [1234, 567],
    "2，1，0.1": [2, 1, 0.1],
    "\ufeff2,1": [2, 1],
}
LINES = {
    "0.5514": [0.5514],
    "2 1 0.1": [2, 1, 0.1],
    "2, 1, 0.1": [2, 1, 0.1],
    "2,1,0.1,": [2, 1, 0.1],
    "2\t1\t0.1": [2, 1, 0.1],
    "2;1;0.1": [2, 1, 0.1],
    "2. .5 1e-3 1E+3 +4 -0 nan -inf inf Infinity -NaN": [2, 0.5, 1e-3, 1e3, 4, -0.0, NAN, -INF, INF, INF, NAN],
    "True False true FALSE": [1, 0, 1, 0],
    "0e-999 007": [0, 7],
    # small numbers between commas
    "2,1": [2, 1],
    "0,1": [0, 1],
    "2,1\n0,3": [[2, 1], [0, 3]],
    "-1,2,\n3,4,\n": [[-1, 2], [3, 4]],
    "2,1;\n0,3;": [[2, 1], [0, 3]],
    # what cannot be one number
    "1.0,2.5": [1, 2.5],
    "1.000,2.000": [1, 2],
    "1.500,2\n0.250,3": [[1.5, 2], [0.25, 3]],
    "12,-7": [12, -7],
    "12,7\n3,-4": [[12, 7], [3, -4]],
    "12, 7\n10, 5": [[12, 7], [10, 5]],
    "12,7,3": [12, 7, 3],
    "100,101,102": [100, 101, 102],
    "1000,2000,3000": [1000, 2000, 3000],
    "2, 1,0": [2, 1, 0],
    "a,b\n10,5\n3,4": [[10, 5], [3, 4]],
    "cat,10,5\ndog,3,4": [[10, 5], [3, 4]],
    # 0, 1, 2 that no header can be
    "0,1,2\n2,1,0.5": [[0, 1, 2], [2, 1, 0.5]],
    "0,2\n0.5,1.5": [[0, 2], [0.5, 1.5]],
    "0.0,1.0\n0.5,1.5": [[0, 1], [0.5, 1.5]],
    "0\n1.5\n-2": [0, 1.5, -2],
    "0\n1\n1": [0, 1, 1],
    "a,b\n0,1\n0.5,1.5": [[0, 1], [0.5, 1.5]],
    "cat,0,1\ndog,0.5,1.5": [[0, 1], [0.5, 1.5]],
    "0\n2\n1": [0, 2, 1],
    "0,\n2,\n1,\n": [0, 2, 1],
    "2 1 0.1\n0.5 2.5 -1": PAIR,
    "2,1,0.1\r\n0.5,2.5,-1\r\n": PAIR,
    "2,1,0.1\r0.5,2.5,-1": PAIR,
    "2,1,0.1,\n0.5,2.5,-1,\n": PAIR,
    "2,1,0.1;0.5,2.5,-1": PAIR,
    "2 1 0.1; 0.5 2.5 -1": PAIR,
    "\n\n  \n    2 1 0.1\n\n    0.5 2.5 -1\n\n": PAIR,
    "True,False\nFalse,True": [[1, 0], [0, 1]],
    # headers, index columns and names
    "cat,dog,fox\n2,1,0.1\n0.5,2.5,-1": PAIR,
    '"cat, big",dog,fox\n2,1,0.1\n0.5,2.5,-1': PAIR,
    "class 0,class 1,class 2\n2,1,0.1\n0.5,2.5,-1": PAIR,
    "cat dog fox\n2 1 0.1\n0.5 2.5 -1": PAIR,
    "z(cat),z(dog),z[2]\n2,1,0.1\n0.5,2.5,-1": PAIR,
    "label\n0\n2\n1": [0, 2, 1],
    ",cat,dog,fox\n0,2.0,1.0,0.1\n1,0.5,2.5,-1.0\n": PAIR,
    ",0,1,2\n0,2.0,1.0,0.1\n1,0.5,2.5,-1.0\n": PAIR,
    '"","cat","dog","fox"\n"1",2.0,1.0,0.1\n"2",0.5,2.5,-1.0\n': PAIR,
    "\tcat\tdog\tfox\n0\t2.0\t1.0\t0.1\n1\t0.5\t2.5\t-1.0\n": PAIR,
    "id,cat,dog,fox\n17,2,1,0.1\n18,0.5,2.5,-1": PAIR,
    "Index;0;1;2\n0;2;1;0.1\n1;0.5;2.5;-1": PAIR,
    "name,cat,dog,fox\nrow 0,2,1,0.1\nrow 1,0.5,2.5,-1": PAIR,
    "a 2 1 0.1\nb 0.5 2.5 -1": PAIR,
    '"the 1st",2,1,0.1\n"the 2nd",0.5,2.5,-1': PAIR,
    "logits 2 1 0.1": [2, 1, 0.1],
    "# cat dog fox\n2 1 0.1\n0.5 2.5 -1": PAIR,
    # decimal commas
    "0,5\t1,2\n1,5\t2": [[0.5, 1.2], [1.5, 2]],
    "cat;dog;fox\n2,0;1,0;0,1\n0,5;2,5;-1,0": PAIR,
    "2;1;0,1\n0,5;2,5;-1": PAIR,
    "cat;dog\n0,5;1,2": [0.5, 1.2],
    "a;1,5e-1;inf\nb;-0,5;nan": [[0.15, INF], [-0.5, NAN]],
    "Name\tWert\nKatze\t2,31\nHund\t-1,75\n": [2.31, -1.75],
    ";z\n0;2,31\n1;-1,75\n": [2.31, -1.75],
    "id;z\n1;2,31\n2;-1,75": [2.31, -1.75],
    "cat;2,31\ndog;-1,75": [2.31, -1.75],
    "cat;2,1\ndog;0,3": [2.1, 0.3],
    "logit\ncat;2,31": [2.31],
    "cat;2,31": [2.31],
    "z;\n2,31;\n-1,75;": [2.31, -1.75],
    "1,234\t0,345": [1.234, 0.345],
    "1,234\t2,345e-1": [1.234, 0.2345],
    "1,234;2,345\n3,456;4,567": [[1.234, 2.345], [3.456, 4.567]],
    "cat;1,2,3\ndog;4,5,6": [[1, 2, 3], [4, 5, 6]],  # three in a cell are not decimals
    "cat\t1, 2\ndog\t3, 4": [[1, 2], [3, 4]],
}


@pytest.mark.parametrize(("text", "expected"), (PYTORCH | NUMPY | OTHERS | WRITTEN | LINES).items())
def test_read_array(text: str, expected: Any) -> None:
    reads(text, expected)


@pytest.mark.parametrize("text", [*PYTORCH, *NUMPY, *LINES])
def test_files_are_read_as_texts_are(text: str) -> None:
    expected = reading.read_array(text)
    for mark, encoding in [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ]:
        reads(mark + text.encode(encoding), expected)


@pytest.mark.parametrize("text", [*PYTORCH, *NUMPY, *OTHERS, *WRITTEN])
def test_space_around_changes_nothing(text: str) -> None:
    expected = reading.read_array(text)
    reads(f"\n{text}\n\n", expected)
    reads(text.replace("\n", "\r\n"), expected)


def test_shapes_that_are_easily_lost() -> None:
    """One bracket more is one dimension more; plain lines have no more dimensions than they need."""
    shapes = {
        "1": (1,),
        "tensor(1)": (),
        "[1]": (1,),
        "[[1]]": (1, 1),
        "[[1], [2]]": (2, 1),
        "1\n2": (2,),
        "1 2\n3 4": (2, 2),
    }
    assert {text: reading.read_array(text).shape for text in shapes} == shapes


# ---------------------------------------------------------------------------------------------------------- refusals

FULL = 'torch.set_printoptions(profile="full") or np.set_printoptions(threshold=sys.maxsize), or paste x.tolist().'
REFUSED = {
    # nothing
    "": "it holds no numbers",
    " \n\t": "it holds no numbers",
    "[]": "it holds no numbers",
    "tensor([], size=(0, 3))": "it holds no numbers",
    # shortened
    "tensor([0., 0., 0.,  ..., 0., 0., 0.])": FULL,
    "[[0. 0. ... 0. 0.]\n ...\n [0. 0. ... 0. 0.]]": FULL,
    "[1, 2, …, 9]": FULL,
    "... 0.5 0.6": FULL,
    "0      0\n      ..\n99    99\nLength: 100, dtype: int64": FULL,
    "tensor(..., device='meta', size=(1,))": FULL,
    # ragged
    "[[1, 2, 3], [4, 5]]": "row 1 has 3 numbers and row 2 has 2; give every row the same length.",
    "[[1], [2], [3, 4]]": "row 1 has 1 number and row 3 has 2;",
    "1 2\n3 4\n5": "row 1 has 2 numbers and row 3 has 1;",
    "a,b\n1,2\n3": "row 1 has 2 numbers and row 2 has 1;",
    "[[[1, 2], [3, 4]], [[5, 6]]]": "part 1 has 2 rows and part 2 has 1; give every part the same length.",
    "[1, [2, 3]]": "not every number is in as many brackets;",
    "[[1, 2], 3]": "not every number is in as many brackets;",
    "[[1, 2], [[3, 4]]]": "not every number is in as many brackets;",
    "[1, 2] 3": "not every number is in as many brackets;",
    "[1, 2]\n3": "not every number is in as many brackets;",
    "1 (2)": "not every number is in as many brackets;",
    "[[1, 2], []]": "a pair of brackets is empty;",
    "[[], [1]]": "a pair of brackets is empty;",
    "\n 1 2\n 3 4\n[torch.FloatTensor of size 3x2]": "it holds 4 numbers and should, as it says, be 3x2;",
    # brackets
    "[[1, 2], [3, 4]": "its brackets do not match;",
    "[1, 2]]": "its brackets do not match;",
    "1, 2]": "its brackets do not match;",
    "tensor([1, 2]": "its brackets do not match;",
    "]1 [": "its brackets do not match;",
    "[1, 2)": "a round bracket meets a square one;",
    "[" * 17 + "1" + "]" * 17: "its brackets are 17 deep, and at most 16 are read.",
    "(" * 100_000 + "1" + ")" * 100_000: "its brackets are 100,000 deep",
    "[1; 2, [3]]": "a semicolon stands inside brackets;",
    # several arrays
    "tensor([1, 2])\ntensor([3, 4])": "it holds more than one array; paste one at a time.",
    "tensor(0.5) tensor(1)": "it holds more than one array;",
    "tensor(0.5), 1": "it holds more than one array;",
    "(tensor([1., 2.]), tensor([3., 4.]))": "it holds more than one array;",
    "[(array([[1., 2.]]), array([[3., 4.]]),)]": "it holds more than one array;",
    "(tensor([1., 2.]), tensor([0, 1]))": "whole numbers stand in one of its calls and decimals or truths in another,",
    "[array([1., 2.]), array([0, 1])]": "whole numbers stand in one of its calls",
    "[array([1., 2.]), array([ True, False])]": "whole numbers stand in one of its calls",
    "[array([1, 0]), array([ True, False])]": "whole numbers stand in one of its calls",
    "[tensor(0.5), tensor(1)]": "whole numbers stand in one of its calls",
    '{"a": [1], "b": [2]}': "it is an object with several names;",
    '[{"cat": 2.0, "dog": 1.0}]': "it is an object with several names;",
    "logits: [1, 2] targets: [0]": "'targets:' is not a number;",
    # gaps
    "1,,3": "a number is missing before a separator;",
    "[1, , 2]": "a number is missing before a separator;",
    "[, 1]": "a number is missing before a separator;",
    "1\t\t3": "a number is missing before a separator;",
    "1;;3": "a number is missing before a separator;",
    ",2,1\n3,4,5": "a number is missing before a separator;",
    "[1, None]": "'None' stands where a number is missing;",
    "[1, null]": "'null' stands where a number is missing;",
    "1,NA,3\n4,5,6": "'NA' stands where a number is missing;",
    "1,#N/A,3": "'#N/A' stands where a number is missing;",
    "[1.0 -- 3.0]": "'--' stands where a number is missing;",
    "- 2.0 1.0": "'-' stands where a number is missing;",
    # no numbers
    "O.5 1 2": "'O.5' is not a number;",
    "1.0a,2": "'1.0a' is not a number;",
    "NA ,1": "'NA' stands where a number is missing;",
    "hello": "'hello' is not a number; numbers are written like 2, -0.5, 1e-3, nan or -inf.",
    "1 2 cat": "'cat' is not a number;",
    "1,2\n3,cat": "'cat' is not a number;",
    "2 1 cat\n3 4 dog": "'cat' is not a number;",
    "a\tb\n1\tx": "'x' is not a number;",
    "1;2;x": "'x' is not a number;",
    "[1/3, 2/3]": "'1/3' is not a number;",
    "5%": "'5%' is not a number;",
    "0x10": "'0x10' is not a number;",
    "1.2.3": "'1.2.3' is not a number;",
    "--1": "'--1' is not a number;",
    "1__0": "'1__0' is not a number;",
    "1e": "'1e' is not a number;",
    "1e1.5": "'1e1.5' is not a number;",
    "٣": "'٣' is not a number;",
    "½": "'½' is not a number;",
    "1.#INF 2.0": "'1.#INF' is not a number;",
    "-1.#IND": "'-1.#IND' is not a number;",
    "1.#QNAN, 3": "'1.#QNAN' is not a number;",
    "1#2": "'1#2' is not a number;",
    "[1] cat dog\nLevels: cat dog": "'cat' is not a number;",
    # beyond floats
    "1e400": "'1e400' is beyond what float64 holds; write inf if you mean infinity.",
    "[1, -1E+400]": "'-1e+400' is beyond what float64 holds; write -inf if you mean infinity.",
    "1" * 400: "is beyond what float64 holds;",
    "2," + "1" * 400 + ".": "is beyond what float64 holds;",
    "1e-400 1": "'1e-400' is closer to 0 than float64 holds; write 0 if you mean zero.",
    "0." + "0" * 230 + "1e-99": "is closer to 0 than float64 holds;",
    "1e400 * [1]": "'1e400' is beyond what float64 holds;",
    "1e200 * [1e200]": "one of its numbers, times the factor before them, is beyond what float64 holds.",
    "1e-200 * [1e-200]": "one of its numbers, times the factor",
    "\ud800": r"'\ud800' is not a number;",
    "<script>": "'<script>' is not a number;",
    "x" * 1000: "is not a number;",
    "tensor([1.+2.j])": "'1.+2.j' is a complex number;",
    "0.5514(12)": "a bracket follows a number in '0.5514(12)';",
    "2[3]": "a bracket follows a number in '2[3]';",
    "tensor([1., 2.]) * 2": "'*' is not a number;",
    # code
    "torch.log(torch.tensor([1., 2.]))": "'torch.log(' is code, and code is not run here; paste what it prints.",
    "torch.randn(2, 3)": "'torch.randn(2' is code",
    "__import__('os').system('true')": "is code",
    "torch.Tensor(2, 3)": "several values stand in one call;",
    "torch.tensor([1., 2.]).unsqueeze(0)": "'.unsqueeze(0)' is not a number;",
    # printed in blocks
    "(0 ,.,.) = \n  0.1\n[torch.FloatTensor of size 1x1x1]": "it was printed in blocks; paste one list, as",
    "Columns 0 to 1 \n 1 2\n\nColumns 2 to 3 \n 3 4\n[torch.FloatTensor of size 1x4]": "it was printed in blocks;",
    "     0    1  \\\n0  1.0  2.0   \n\n     2  \n0  3.0": "it was printed in blocks;",
    "     [,1]\n[1,]    2\n     [,2]\n[1,]    3": "it was printed in blocks;",
    ", , 1\n\n     [,1] [,2]\n[1,]    1    3": "it was printed in blocks;",
    "1×1×1 Array{Float64, 3}:\n[:, :, 1] =\n 1.0": "it was printed in blocks;",
    # parts of prints
    "9-element Vector{Float64}:\n 1.0\n ⋮\n 2.0": FULL,
    "3-element Vector{Float64}:\n 1.0\n 2.0": "it holds 2 numbers and should, as it says, be 3; copy all of it.",
    "2×3 Matrix{Int64}:\n 1 2\n 3 4\n 5 6": "its rows are not those of the size that it says, 2×3;",
    "[1] 2 1\n[1] 0": "its lines do not continue one another; paste one vector at a time, and all of it.",
    "[4] 2 1": "its lines do not continue one another;",
    "     [,1] [,2]\n[2,]    1    2": "the rows of its matrix are not numbered from 1; copy all of it.",
    # what could mean two things
    "0,5;1,2": "its commas could be decimal points or stand between numbers; write decimals with a point.",
    "1,2;3": "its commas could be decimal points",
    "1,000": "'1,000' looks like one number;",
    "2,05": "'2,05' looks like one number;",
    "[1 2, 3]": "commas stand between some numbers and spaces between others;",
    "0,5 1,2": "'0,5' looks like one number;",
    "2,31\r\n-1,75\r\n0,48\r\n": "'2,31' looks like one number; write decimals with a point, thousands without a comma,"
    " and a space after each comma between numbers.",
    "10,5": "'10,5' looks like one number;",
    "3,14159": "'3,14159' looks like one number;",
    "1,5e-3": "'1,5e-3' looks like one number;",
    "2,1\n10,5": "'10,5' looks like one number;",
    "2,31;\n-1,75;": "'2,31' looks like one number;",
    "1,5, 2,5": "'1,5' looks like one number;",
    "2,31, 5": "'2,31' looks like one number;",
    "1.000,5": "'1.000,5' looks like one number;",
    "a;1.000,5\nb;2.000,5": "'1.000,5' looks like one number;",
    "1,234.5": "'1,234.5' looks like one number;",
    "1,234.5\n2,345.6": "'1,234.5' looks like one number;",
    "1,234.5, 2,345.6": "'1,234.5' looks like one number;",
    "1,234, 56": "'1,234' looks like one number;",
    "1,234,567": "'1,234,567' looks like one number;",
    "1,234\t2,345": "its commas could be decimal points or mark thousands; write decimals with a point.",
    "Name\tWert\ncat\t1,234": "its commas could be decimal points or mark thousands;",
    "cat;2,31\ndog;1.5": "semicolons and other signs separate its numbers;",
    "logits;2,1;0,3": "its commas could be decimal points or stand between numbers;",
    "1\u202f234\n2\u202f345": "'1 234' could be one number or two; write no space within a number, and a comma between",
    "1\u00a0234,5": "'1 234' could be one number or two;",
    "[12\u2009345]": "'12 345' could be one number or two;",
    "0.123\u202f456": "'123 456' could be one number or two;",
    "0,1,2\n1.5,2.5,3.5\n0.1,0.2,0.3": "its first line could be the numbers of the columns, or numbers like the others;"
    " leave it out, or write it with points, as in 0.0.",
    "  0    1\n1.5  2.5\n0.1  nan": "its first line could be the numbers of the columns,",
    "0\t1\n1,5\t2,5": "its first line could be the numbers of the columns,",
    "0\n1.5\n2.5": "its first line could be the numbers of the columns,",
    "1,5\t2.5": "tabs and other signs separate its numbers;",
    "2e0,\t1": "tabs and other signs separate its numbers;",
    "2\t,5": "tabs and other signs separate its numbers;",
    "1 2\t3": "tabs and other signs separate its numbers;",
    "1,5;2.5\n1;2": "semicolons and other signs separate its numbers;",
    "logits 2.0, 1.0": "'logits' is not a number;",
    "logits\n2.0 1.0": "'logits' is not a number;",
    "my logits\n2.0 1.0 0.1": "some rows begin with a name or an index and others do not;",
    "cat,2,1\n3,4,5": "some rows begin with a name or an index and others do not;",
    ",cat\n0,2.0\n1": "some rows begin with a name or an index and others do not;",
    "0 1\n2 3 4": "row 1 has 2 numbers and row 2 has 3;",
    "   big cat  dog\n0        1    2": "some rows begin with a name",
    "  0 1\n  0 1 2": "row 1 has 2 numbers and row 2 has 3;",
    # other kinds of texts
    "1\0002": "it holds NUL characters",
    "1,2".encode("utf-16-le"): "it holds NUL characters",
    "2,é".encode("latin-1"): "it is not UTF-8 text (byte 2); save it as UTF-8 (in Excel: CSV UTF-8).",
    codecs.BOM_UTF16_LE + b"1\x002": "it is not UTF-16 text (byte 4);",
    b"PK\x03\x04\x14\x00": "it is an Excel workbook or another archive (.xlsx, .npz, .pt), not text; save the",
    b"\x93NUMPY\x01\x00": "it is a NumPy file (.npy), not text;",
    b"\x80\x04\x95": "it is a pickle, not text;",
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.items(), ids=[str(number) for number in range(len(REFUSED))])
def test_refused(text: str | bytes, problem: str) -> None:
    assert problem in refusal(text)


def test_the_name_in_the_sentence() -> None:
    assert refusal("x", "") == refusal("x", "weight") == refusal("x", "logits")
    with pytest.raises(InvalidCase, match=r"^The text could not be read: 'x' is not a number"):
        reading.read_array("x")


# ------------------------------------------------------------------------------------------------------------ limits


def test_limits() -> None:
    assert (plain.MAX_LENGTH, numbers.MAX_NUMBERS, brackets.MAX_DEPTH) == (20_000_000, 5_000_000, 16)
    assert refusal("1" * 20_000_001) == "it has 20,000,001 characters, and at most 20,000,000 are read; use fewer rows."
    assert refusal(b"1" * 20_000_001) == "it has 20,000,001 bytes, and at most 20,000,000 are read; use fewer rows."


def test_as_much_as_the_limits_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MAX_LENGTH", 12)
    monkeypatch.setattr(numbers, "MAX_NUMBERS", 5)
    reads("[1,2,3,4,5 ]", [1, 2, 3, 4, 5])
    assert "it has 13 characters, and at most 12 are read" in refusal("[1,2,3,4,5  ]")
    assert "it holds 6 numbers, and at most 5 are read" in refusal("1 2 3 4 5 6")
    reads("[" * 5 + "1" + "]" * 5, [[[[[1]]]]])


def test_as_deep_as_is_allowed() -> None:
    assert reading.read_array("[" * 16 + "1" + "]" * 16).shape == (1,) * 16
    reads("(" * 16 + "1" + ")" * 16, 1)


# fmt: off
HOSTILE = [
    "[", "]", "(", ")", "{", "}", "[(", "tensor(", "[tensor(", "(1)", "(1,)", "[1],", "[[1],2,", "[1][", "1(", "(1",
    ",", ";", " ", "\n", "\t", "\r", ".", "1.", "1", "1_", "1e", "1x", "1,0", "1;", "1,2;", "1\t", "1-", "-", "1*", "*",
    "'", '"', '"1', "#", "#A", "<", ">", "<numpy=", "=", "a=", "dtype=", "dtype='", 'dtype="', "dtype=[", "shape=(",
    "grad_fn=&lt;", "a", "a ", "a.", "a:", "a[", "a\n", "a,1\n", "a 1\n", '"a",1\n', ">>> 1\n1\n", "In [1]: ", ").to()",
    ", float", "inf", "nan ", "true ", "loss", "loss ", "loss 1 ", "Name: a, ", "\nName: a, ", "dtype: ",
    "[torch.A of size 1", '{"a":', "{'", "':", "−", "é", "\ud800", "…", "\\",
    "1,23\n", "1,234,", "1.234,", "1,5, ", "[1] 1\n", "[1] ", "[,1] ", "[1,] 1\n", "1\u202f", "1\u202f23", "1×",
    "1-element ", "1-element a:\n", "tensor(1), ", "(tensor([1]),", "1e400 ", "1e-99 ", "0.", "1.#", "np.True_ ",
]
# fmt: on


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("start", ["", "1", "a ", "[", ">>> "])
def test_a_long_text_of_one_kind_ends(start: str, piece: str) -> None:
    """A pattern that goes back over what it has matched would make this take minutes."""
    text = start + piece * (100_000 // len(piece))
    is_safe(text)
    is_safe(text + "1]")
    number_is_safe(text[:9_000])


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 300_000,
        " " * 300_000 + "[",
        "1" + " " * 300_000 + "*",
        "a" * 80 + ":" + " " * 300_000 + "1",
        '"' + "a" * 300_000,
    ],
)
def test_long_runs_end(text: str) -> None:
    is_safe(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "table", ["[2.0, 1.0, 0.1],\n", "2.0,1.0,0.1\n", "2.0\t1.0\t0.1\n", "2.0 1.0 0.1\n", "2,0;1,0;0,1\n"]
)
def test_memory_grows_with_the_text(table: str) -> None:
    rows = 20_000
    text = table * rows
    reading.read_array(text)
    tracemalloc.start()
    array = reading.read_array(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert array.shape == (rows, 3)
    assert peak < 12 * len(text)


@pytest.mark.slow
def test_a_million_numbers() -> None:
    rows = np.arange(1_000_000.0).reshape(100_000, 10) / 8
    text = "\n".join(",".join(map(str, row)) for row in rows.tolist())
    reads(text, rows)
    reads(f"tensor({rows.tolist()}, dtype=torch.float64)", rows)
    reads("2,1\n" * 500_000, np.tile([2.0, 1.0], (500_000, 1)))
    assert "'2,31' looks like one number" in refusal("2,1\n" * 500_000 + "2,31\n")


# -------------------------------------------------------------------------------------------------------- round trips

ANY_FLOAT = st.floats(allow_subnormal=True)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, max_side=4)
ARRAYS = hnp.arrays(np.float64, SHAPES, elements=ANY_FLOAT)
TABLES = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=5), elements=ANY_FLOAT)


def same(text: str | bytes, array: Array) -> None:
    read = reading.read_array(text)
    assert read.shape == array.shape
    np.testing.assert_array_equal(read, array)


@settings(max_examples=200)
@given(ARRAYS, st.integers(20, 120))
def test_numpy_prints(array: Array, width: int) -> None:
    with np.printoptions(threshold=10**9, floatmode="unique", linewidth=width):
        same(str(array), array)
        same(repr(array), array)
        same(f"x = np.{array!r}  # mine", array)


@settings(max_examples=200)
@given(ARRAYS)
def test_lists(array: Array) -> None:
    nested = array.tolist()
    same(str(nested), array)
    same(str(nested).replace("[", "(").replace("]", ",)"), array)
    same(json.dumps(nested), array)
    same(json.dumps({"logits": nested}, indent=1), array)
    same(f"tensor({nested}, device='cuda:0', grad_fn=<AddmmBackward0>)", array)
    same(f"<tf.Tensor: shape={array.shape}, dtype=float64, numpy=\narray({nested})>", array)


@settings(max_examples=100)
@given(hnp.arrays(st.sampled_from([np.bool_, np.int64, np.int8]), SHAPES))
def test_whole_numbers_and_truth(array: Array) -> None:
    with np.printoptions(threshold=10**9):
        for text in (str(array), repr(array), str(array.tolist())):
            same(text, array.astype(np.float64))


@settings(max_examples=200)
@given(
    TABLES, st.sampled_from([",", "\t", ";", " ", ", "]), st.sampled_from(["", "names", "index", "rows"]), st.booleans()
)
def test_files(table: Array, separator: str, names: str, decimal_comma: bool) -> None:
    lines = [separator.join(map(repr, row)) for row in table.tolist()]
    if decimal_comma and separator in ";\t":
        lines = [line.replace(".", ",") for line in lines]
    header = separator.join(f"class {k}" if separator != " " else f"class{k}" for k in range(table.shape[1]))
    if names == "names":
        lines = [header, *lines]
    elif names == "index":
        first = "index" if separator == " " else ""
        lines = [first + separator + header, *(f"{n}{separator}{line}" for n, line in enumerate(lines))]
    elif names == "rows":
        lines = [f"row_{n}{separator}{line}" for n, line in enumerate(lines)]
    same("\n".join(lines), table)
    same("\r\n".join(lines).encode("utf-16"), table)


@settings(max_examples=100)
@given(st.lists(ANY_FLOAT, min_size=1))
def test_one_line_and_one_column(values: list[float]) -> None:
    for separator in (" ", ", ", "\t", "\n", ",\n"):
        same(separator.join(map(repr, values)), np.array(values))


BRACKETED = st.lists(
    st.sampled_from(
        [*"[](), \n", ", ", "[1, 2]", "(1,)", "1", "-2.5", "1e3", ".5", "],[", "), (", "tensor([1])", "; "]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=500)
@given(BRACKETED)
@example("[1, 2], [3, 4]")
@example("((1,), (2,))")
def test_what_python_reads_is_read_alike_or_refused(text: str) -> None:
    try:
        lists = ast.literal_eval(text.strip(" \n,"))
        expected = np.array(lists, dtype=np.float64)
    except (ValueError, SyntaxError, TypeError):
        return
    try:
        read = reading.read_array(text)
    except InvalidCase:
        return
    np.testing.assert_array_equal(read, expected if isinstance(lists, list | tuple) or "(" in text else [expected])


UNNAMED = st.lists(st.sampled_from(["1", "2.5", "-3", *" ,;\t\n[]()", ", ", "; ", "1\n"]), max_size=12).map("".join)


@settings(max_examples=500)
@given(UNNAMED)
@example("1,2.5,-3")
@example("1,1\t-3")
def test_no_number_is_dropped(text: str) -> None:
    """However numbers are separated, all of them arrive; a decimal comma makes one of two, and R counts its lines."""
    try:
        size = reading.read_array(text).size
    except InvalidCase:
        return
    text = re.sub(r"^\s*\[1\](?=[ \t])", "", text)
    assert size in {len(re.findall(r"-?[\d.]+", text)), len(re.findall(r"-?[\d.,]*\d[\d.,]*", text))}


# ----------------------------------------------------------------------------------------------------- anything at all


def is_safe(text: str | bytes) -> None:
    """An array with at least one number, or one sentence; and the same each time."""
    try:
        array = reading.read_array(text, "logits")
    except InvalidCase:
        assert refusal(text) == refusal(text)
    else:
        assert isinstance(array, np.ndarray)
        assert array.dtype == np.float64
        assert array.size > 0
        assert array.flags.writeable


def number_is_safe(text: str) -> None:
    try:
        value, decimals = reading.read_number(text)
    except InvalidCase:
        with pytest.raises(InvalidCase, match=r"^The observed value could not be read: [ -~]{10,200}\.$"):
            reading.read_number(text)
    else:
        assert isinstance(value, float)
        assert (decimals is None) == (not math.isfinite(value))
        assert decimals is None or decimals >= 0


SIGNS = st.text("0123456789.,;-+einfaNTrue[](){}<>='\"# \n\t_:*%&j\\…−", max_size=40)
PIECES = st.lists(
    st.sampled_from(
        [*HOSTILE, "1", "2.5", "-0.1", "nan", "[1, 2]", "tensor([1.])", "dtype=float32", "a,b\n", "0 1\n", "..."]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400)
@given(st.text() | st.text(st.characters()) | SIGNS | PIECES)
@example("=1")
@example("{")
@example("(")
@example("1\n")
@example("\n,")
@example("\x1c1\x85")
@example("tensor()")
@example("1 2\na")
@example('""')
@example("*1")
@example("1*")
@example("nan*1")
@example("1_*2")
def test_any_text_is_safe(text: str) -> None:
    is_safe(text)
    number_is_safe(text)


@settings(max_examples=200)
@given(
    st.binary(),
    st.sampled_from(
        [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, b"PK\x03\x04"]
    ),
)
def test_any_bytes_are_safe(data: bytes, start: bytes) -> None:
    is_safe(start + data)


@settings(max_examples=300)
@given(st.sampled_from([*PYTORCH, *NUMPY, *OTHERS, *WRITTEN, *LINES]), st.data())
def test_a_spoilt_print_is_safe(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 5)))
        text = text[:start] + data.draw(st.sampled_from(HOSTILE) | st.text(max_size=3)) + text[end:]
    is_safe(text)
    number_is_safe(text)


# ------------------------------------------------------------------------------------------------------- single numbers

NUMBERS = {
    "0.5514": (0.5514, 4),
    "0.5500": (0.55, 4),
    " 0.5514\n": (0.5514, 4),
    "1.0986122886681098": (1.0986122886681098, 16),
    "-0.0648": (-0.0648, 4),
    "−0.0648": (-0.0648, 4),
    "+0.5": (0.5, 1),
    ".5": (0.5, 1),
    "2.": (2.0, 0),
    "7": (7.0, 0),
    "1e-3": (0.001, 3),
    "5.514e-01": (0.5514, 4),
    "1.2346e+07": (12346000.0, 0),
    "5.5e2": (550.0, 0),
    "5.125e2": (512.5, 1),
    "0e-400": (0.0, 400),
    "1_000.5": (1000.5, 1),
    "0,5514": (0.5514, 4),
    "loss: 0,5514": (0.5514, 4),
    "nan": (NAN, None),
    "inf": (INF, None),
    "-inf": (-INF, None),
    "−∞": (-INF, None),
    "tensor(0.5514, grad_fn=<NllLossBackward0>)": (0.5514, 4),
    "tensor(0.5514, device='cuda:0', dtype=torch.float64, grad_fn=<NllLossBackward0>)": (0.5514, 4),
    "tensor(nan)": (NAN, None),
    "tensor([0.5514])": (0.5514, 4),
    "array(0.5514, dtype=float32)": (0.5514, 4),
    "np.float64(0.5514)": (0.5514, 4),
    "Array(0.5514, dtype=float32, weak_type=True)": (0.5514, 4),
    "<tf.Tensor: shape=(), dtype=float32, numpy=0.5514>": (0.5514, 4),
    "tf.Tensor(0.5514, shape=(), dtype=float32)": (0.5514, 4),
    "loss: 0.5514": (0.5514, 4),
    "loss=0.5514": (0.5514, 4),
    "Loss 0.5514": (0.5514, 4),
    "loss: tensor(0.5514, grad_fn=<NllLossBackward0>)": (0.5514, 4),
    "loss: -0.5": (-0.5, 1),
    "loss: nan, accuracy: 0.1": (NAN, None),
    "{'loss': 0.5514}": (0.5514, 4),
    '{"train_loss": 0.5514, "epoch": 3}': (0.5514, 4),
    "Epoch 3/10, loss: 0.5514, accuracy: 0.91": (0.5514, 4),
    "Epoch [3/10], Step [100/600], Loss: 0.5514": (0.5514, 4),
    "step 100 | loss 0.5514 | lr 1e-3": (0.5514, 4),
    "The loss is 0.5514.": (0.5514, 4),
    "at step 20 a loss of 2.3026": (2.3026, 4),
    "Loss 0.5514 (0.6012)": (0.5514, 4),
    "12:30:01 loss1: 0.5514 | loss 0.5500 |": (0.55, 4),
    "0.5514 nats": (0.5514, 4),
    "0.5514...": (0.5514, 4),
    "ResNet-18: 0.5514": (0.5514, 4),
}
NO_NUMBERS = {
    "": "it holds no number;",
    "hello": "it holds no number;",
    "91 %": "it holds no number;",
    "1.2.3": "it holds no number;",
    "0.5-0.6": "it holds no number;",
    "1/3": "it holds no number;",
    "0.5 0.6": "it holds 2 numbers; give the loss alone, such as 0.5514.",
    "0.5514 ± 0.01": "it holds 2 numbers;",
    "train_loss: 0.5, val_loss: 0.6": "it holds 2 numbers;",
    "[0.5, 0.6, 0.7]": "it holds 3 numbers;",
    "loss: [0.5, 0.6]": "it holds 2 numbers;",
    "loss: tensor([0.5, 0.6])": "it holds 2 numbers;",
    "loss (0.5, 0.6)": "it holds 2 numbers;",
    "loss 1: 0.5": "it holds 2 numbers;",
    "loss: 1.#QNAN": "it holds no number;",
    "loss: 1e999": "'1e999' is beyond what float64 holds; write inf if you mean infinity.",
    "1e-400": "'1e-400' is closer to 0 than float64 holds;",
    "loss: 1\u202f234": "'1 234' could be one number or two;",
    "1,234": "the comma in '1,234' could be a decimal point; if so, write a point.",
    "0.5\0": "it holds NUL characters",
    "0.5" + " " * 10_000: "it has 10,003 characters;",
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_read_number(text: str, expected: tuple[float, int | None]) -> None:
    value, decimals = reading.read_number(text)
    np.testing.assert_array_equal(value, expected[0])
    assert type(value) is float
    assert decimals == expected[1]


@pytest.mark.parametrize(
    ("text", "problem"), NO_NUMBERS.items(), ids=[str(number) for number in range(len(NO_NUMBERS))]
)
def test_no_single_number(text: str, problem: str) -> None:
    with pytest.raises(InvalidCase) as caught:
        reading.read_number(text)
    assert caught.value.part == "observed"
    assert str(caught.value).startswith(f"The observed value could not be read: {problem}")


@settings(max_examples=300)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 17))
def test_decimals_are_those_that_were_written(value: float, decimals: int) -> None:
    fixed, scientific = f"{value:.{decimals}f}", f"{value:.{decimals}e}"
    assert reading.read_number(f"loss: {fixed}") == (float(fixed), decimals)
    if math.isfinite(float(scientific)):  # rounding the largest float up leaves the range
        exponent = int(scientific.partition("e")[2])
        assert reading.read_number(scientific) == (float(scientific), max(0, decimals - exponent))
    assert reading.read_number(repr(value))[0] == value


@pytest.mark.parametrize("text", ["1,234.5", "loss: 1,234.5", "1,2,3", "12,345,678"])
def test_commas_within_a_number_are_refused(text: str) -> None:
    with pytest.raises(InvalidCase, match=r"comma|numbers"):
        reading.read_number(text)


@pytest.mark.parametrize("text", ["shape (1,2,3), loss: 0.25", "loss: 0.25, acc 1,2,3", "0,25"])
def test_commas_elsewhere_are_not(text: str) -> None:
    assert reading.read_number(text) == (0.25, 2)
