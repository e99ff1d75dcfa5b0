"""The toy of `bertlet romeo` in PyTorch: six layers of 768 numbers learn six lines by heart, all in one batch. A whole process.

usage: python tests/bench/peer_toy.py [EPOCHS] [THREADS]
"""
import random
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy, gelu

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 2)
random.seed(1)
torch.manual_seed(1)

LENGTH, BATCH, MOST_MASKED, LAYERS, HEADS, HIDDEN = 30, 6, 5, 6, 12, 768
PAD, CLS, SEP, MASK = range(4)
LINES = """hello how are you i am romeo
hello romeo my name is juliet nice to meet you
nice meet you too how are you today
great my baseball team won the competition
oh congratulations juliet
thanks you romeo""".split("\n")
WORDS = {word: number for number, word in enumerate(sorted(set(" ".join(LINES).split())), start=4)}
VOCABULARY = len(WORDS) + 4


def example(first, second):
    a, b = ([WORDS[word] for word in LINES[i].split()] for i in (first, second))
    ids = [CLS, *a, SEP, *b, SEP]
    places = random.sample([i for i, token in enumerate(ids) if token >= 4], min(MOST_MASKED, max(1, round(0.15 * len(ids)))))
    words = [ids[place] for place in places]
    for place in places:
        draw = random.random()
        ids[place] = MASK if draw < 0.8 else random.randrange(4, VOCABULARY) if draw < 0.9 else ids[place]
    types = [0] * (len(a) + 2) + [1] * (len(b) + 1)
    fill = lambda list, length: list + [0] * (length - len(list))
    return fill(ids, LENGTH), fill(types, LENGTH), fill(places, MOST_MASKED), fill(words, MOST_MASKED), int(first + 1 == second)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.wide, self.narrow = nn.Linear(HIDDEN, 4 * HIDDEN), nn.Linear(4 * HIDDEN, HIDDEN)
        self.after_attention, self.after_all = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)

    def forward(self, x, there):
        heads = lambda linear: linear(x).view(len(x), LENGTH, HEADS, -1).transpose(1, 2)
        seen = nn.functional.scaled_dot_product_attention(heads(self.query), heads(self.key), heads(self.value), there[:, None, None])
        x = self.after_attention(x + self.output(seen.transpose(1, 2).reshape(x.shape)))
        return self.after_all(x + self.narrow(gelu(self.wide(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.positions, self.segments = (nn.Embedding(n, HIDDEN) for n in (VOCABULARY, LENGTH, 2))
        self.norm, self.word_norm = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler, self.transform, self.follows = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 2)
        self.bias = nn.Parameter(torch.zeros(VOCABULARY))

    def forward(self, ids, types, places):
        x = self.norm(self.words(ids) + self.positions(torch.arange(LENGTH)) + self.segments(types))
        for layer in self.layers:
            x = layer(x, ids != PAD)
        masked = x.gather(1, places[:, :, None].expand(-1, -1, HIDDEN))
        scores = self.word_norm(gelu(self.transform(masked))) @ self.words.weight.T + self.bias
        return scores, self.follows(torch.tanh(self.pooler(x[:, 0])))


PAIRS = [(i, i + 1) for i in range(BATCH // 2)] + [(i, (i + 3) % len(LINES)) for i in range(BATCH // 2)]
ids, types, places, words, follows = (torch.tensor(column) for column in zip(*(example(*pair) for pair in PAIRS)))
model = Bert()
for module in model.modules():
    if isinstance(module, (nn.Linear, nn.Embedding)):
        nn.init.normal_(module.weight, std=0.02)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
for epoch in range(epochs):
    scores, pairs = model(ids, types, places)
    loss = cross_entropy(scores.transpose(1, 2), words, ignore_index=PAD) + cross_entropy(pairs, follows)
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
print(f"loss {loss.item():.4f}")
