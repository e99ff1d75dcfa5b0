"""transformers' side of real_data.py: fine-tunes a BERT as run_glue.py and run_ner.py do, in a process of its own, so that
its time is all that a user waits for. Prints the measures of the best epoch on dev as JSON.

usage: python tests/bench/real_data_peer.py SETTINGS
"""
import json
import pathlib
import sys

import seqeval.metrics
import torch
import transformers

transformers.logging.set_verbosity_error()
settings = json.loads(sys.argv[1])
names = settings["labels"]
IGNORED = -100
tokenizer = transformers.AutoTokenizer.from_pretrained(settings["model"])


def text_features(path):
    """TEXT TAB LABEL, or TEXT TAB TEXT TAB LABEL, a row a line."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf8").splitlines()]
    columns = [list(texts) for texts in zip(*(row[:-1] for row in rows))]
    encoded = tokenizer(*columns, truncation="longest_first", max_length=settings["max_length"])
    return features(encoded, [names.index(row[-1]) for row in rows])


def word_features(path):
    """A character and its place in the word, TAB, tag. A word's tag stands at its first token."""
    messages = [[line.split("\t") for line in block.split("\n")] for block in path.read_text(encoding="utf8").strip().split("\n\n")]
    words = [[word[:-1] for word, _ in message] for message in messages]
    encoded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=settings["max_length"])
    labels = []
    for i, message in enumerate(messages):
        of = encoded.word_ids(i)
        firsts = [word is not None and word != of[at - 1] for at, word in enumerate(of)]
        labels.append([names.index(message[word][1]) if first else IGNORED for word, first in zip(of, firsts)])
    return features(encoded, labels), [[tag for _, tag in message] for message in messages], [encoded.word_ids(i) for i in range(len(messages))]


def features(encoded, labels):
    kept = [name for name in ("input_ids", "token_type_ids") if name in encoded]
    return [{name: encoded[name][i] for name in kept} | {"labels": label} for i, label in enumerate(labels)]


def padded(rows, filler=0):
    most = max(map(len, rows))
    return torch.tensor([row + [filler] * (most - len(row)) for row in rows])


def batch_of(items):
    labels = [item["labels"] for item in items]
    return {
        "input_ids": padded([item["input_ids"] for item in items], tokenizer.pad_token_id),
        "token_type_ids": padded([item["token_type_ids"] for item in items]),
        "attention_mask": padded([[1] * len(item["input_ids"]) for item in items]),
        "labels": padded(labels, IGNORED) if isinstance(labels[0], list) else torch.tensor(labels),
    }


def parameter_groups(model):
    plain = lambda name: name.endswith("bias") or "LayerNorm" in name
    for is_plain in (False, True):
        parameters = [p for name, p in model.named_parameters() if plain(name) == is_plain]
        yield {"params": parameters, "weight_decay": 0.0 if is_plain else 0.01}


@torch.no_grad()
def best_classes(model, items):
    """Of each row, or of each of its tokens, in the order of the file; rows of like length go together."""
    model.eval()
    order, said = sorted(range(len(items)), key=lambda i: len(items[i]["input_ids"])), [None] * len(items)
    for begin in range(0, len(order), 64):
        part = order[begin : begin + 64]
        for i, best in zip(part, model(**batch_of([items[i] for i in part])).logits.argmax(-1).tolist()):
            said[i] = best
    return said


def text_measures(said, items):
    wanted = [item["labels"] for item in items]
    right = sum(a == b for a, b in zip(said, wanted))
    found = sum(a == b == 1 for a, b in zip(said, wanted))
    f1 = 2 * found / max(said.count(1) + wanted.count(1), 1)
    return {"accuracy": right / len(wanted)} | ({"f1": f1} if len(names) == 2 else {})


def word_measures(said, tags, word_ids):
    """Words without a token, or behind the last one, are no names."""
    predicted = []
    for best, row, of in zip(said, tags, word_ids):
        firsts = {word: names[best[at]] for at, word in reversed(list(enumerate(of))) if word is not None}
        predicted.append([firsts.get(word, "O") for word in range(len(row))])
    return {"f1": float(seqeval.metrics.f1_score(tags, predicted))}


def train(items, measure):
    transformers.set_seed(1)
    model = getattr(transformers, "AutoModelFor" + settings["head"]).from_pretrained(settings["model"], num_labels=len(names))
    batches = -(-len(items) // settings["batch"])
    steps = batches * settings["epochs"]
    optimizer = torch.optim.AdamW(parameter_groups(model), lr=settings["lr"], eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(0.1 * steps), steps)
    best = {}
    for epoch in range(settings["epochs"]):
        model.train()
        order = torch.randperm(len(items)).tolist()
        for begin in range(0, len(order), settings["batch"]):
            with torch.autocast("cpu", torch.bfloat16, enabled=settings["precision"] == "bf16"):
                loss = model(**batch_of([items[i] for i in order[begin : begin + settings["batch"]]])).loss
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
        now = measure(model)
        print(f"epoch {epoch + 1}: loss {loss.item():.4f}, dev {now}", file=sys.stderr, flush=True)
        best = max(best, now, key=lambda measures: measures.get(settings["measures"][0], -1))
    return best


path, dev = pathlib.Path(settings["train"]), pathlib.Path(settings["dev"])
if settings["task"] == "ner":
    items, tags, word_ids = word_features(dev)
    print(json.dumps(train(word_features(path)[0], lambda model: word_measures(best_classes(model, items), tags, word_ids))))
else:
    items = text_features(dev)
    print(json.dumps(train(text_features(path), lambda model: text_measures(best_classes(model, items), items))))
