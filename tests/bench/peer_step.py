"""A step of pre-training in PyTorch, measured in turns: forward, the losses of masked words (15 %) and next sentences, backward, gradients
clipped to a norm of 1, AdamW. The vocabulary's scores are computed for masked words only, which is PyTorch's best.

usage: python tests/bench/peer_step.py SIZE BATCH LENGTH full|uniform fp32|bf16 eager|compiled [THREADS]
"""
import sys

import torch
import transformers

from peer_turns import random_lengths, take_turns

SIZES = {"tiny": (2, 128, 2), "mini": (4, 256, 4), "small": (4, 512, 8), "base": (12, 768, 12)}
size, batch, length, kind, precision, way = sys.argv[1:7]
B, T = int(batch), int(length)
torch.set_num_threads(int(sys.argv[7]) if len(sys.argv) > 7 else 2)
torch.manual_seed(1)

layers, hidden, heads = SIZES[size]
config = transformers.BertConfig(hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=4 * hidden)
model = transformers.BertForPreTraining(config).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, eps=1e-6, weight_decay=0.01, fused=True)

ids = torch.randint(5, config.vocab_size, (B, T))
types = (torch.arange(T) * 2 >= T).long().expand(B, T)
there = torch.arange(T) < torch.tensor(random_lengths(B, T, kind))[:, None]
mask = None if kind == "full" else there.long()
places = ((torch.rand(B, T) < 0.15) & there).reshape(-1).nonzero().squeeze(1)
words, following = ids.reshape(-1)[places], torch.randint(0, 2, (B,))


def loss():
    encoded = model.bert(input_ids=ids, token_type_ids=types, attention_mask=mask)
    scores = model.cls.predictions(encoded.last_hidden_state.reshape(B * T, hidden)[places])
    pairs = model.cls.seq_relationship(encoded.pooler_output)
    return torch.nn.functional.cross_entropy(scores, words) + torch.nn.functional.cross_entropy(pairs, following)


forward = torch.compile(loss) if way == "compiled" else loss


def step():
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        value = forward()
    value.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0, foreach=True)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)


take_turns(lambda line: step)
