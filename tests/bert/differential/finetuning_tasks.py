"""Tasks for finetuning.py: small data for each, and what transformers' run_*.py scripts make of them: features, labels,
windows, candidates.
"""
import csv
import json
import random

import torch
import transformers

dice = random.Random(1)
STEMS = "cat dog bird play jump see run the a big red on under".split()
ENDINGS = ["", "", "s", "ing", "ed"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *STEMS, "##s", "##ing", "##ed", ".", "?"]
STRIDE, IGNORED = 5, -100


def words(least, most):
    return [dice.choice(STEMS) + dice.choice(ENDINGS) for _ in range(dice.randint(least, most))]


def sentence(least=1, most=14):
    return " ".join(words(least, most)) + dice.choice([" .", "?", "", " zebra"])


def write_table(path, names, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file, delimiter="," if path.suffix == ".csv" else "\t").writerows([names, *rows])


def collate(features, **labels):
    """Pads ids and types, which are lists; a mask comes along."""
    most = max(len(ids) for ids, _ in features)
    pad = lambda rows: torch.tensor([list(row) + [0] * (most - len(row)) for row in rows])
    mask = pad([[1] * len(ids) for ids, _ in features])
    return {"input_ids": pad([i for i, _ in features]), "token_type_ids": pad([t for _, t in features]), "attention_mask": mask, **labels}


class Task:
    problem, labels, max_length, extra = None, None, 24, []

    def __init__(self, folder):
        self.train = folder / ("train" + self.suffix)
        self.tokenizer = transformers.BertTokenizerFast(str(folder / "model" / "vocab.txt"))
        self.examples = self.draw()
        self.write()

    def encode(self, *texts):
        encoded = self.tokenizer(*texts, truncation="longest_first", max_length=self.max_length)
        return encoded["input_ids"], encoded["token_type_ids"]

    @property
    def title(self):
        return " ".join([self.name, *self.extra])

    def begin(self, bertlet, folder):
        return [self.name, "--model", folder / "model", "--dropout", "0", "--max-length", str(self.max_length)]

    def model(self, folder, dtype):
        return getattr(transformers, "BertFor" + self.head).from_pretrained(folder / "model", torch_dtype=dtype)

    def loss(self, model):
        return model(**self.batch()).loss

    def backward(self, model):
        loss = self.loss(model)
        loss.backward()
        return loss.item()

    def rate(self, name):
        return 1

    def is_frozen(self, name):
        return False

    def logits(self, model):
        return model(**{k: v for k, v in self.batch().items() if k != "labels"}).logits.detach()


class Classify(Task):
    name, suffix, head, labels = "classify", ".tsv", "SequenceClassification", ["loud", "quiet", "strange"]
    columns = ["label", "text"]

    def draw(self):
        return [(self.labels[i % 3], sentence()) for i in range(13)]

    def write(self):
        write_table(self.train, self.columns, self.examples)

    def batch(self):
        return collate([self.encode(*texts) for _, *texts in self.examples], labels=self.wanted())

    def wanted(self):
        return torch.tensor([self.labels.index(label) for label, *_ in self.examples])

    def probabilities(self, model):
        return self.logits(model).softmax(-1)

    def predicted(self, rows):
        return torch.tensor([[row[f"p({label})"] for label in self.labels] for row in rows])

    def difference(self, model, rows):
        return (self.probabilities(model) - self.predicted(rows)).abs().max().item()


class Pair(Classify):
    name, labels, columns = "pair", ["no", "yes"], ["label", "text_a", "text_b"]

    def draw(self):
        return [(dice.choice(self.labels), sentence(), sentence()) for _ in range(11)] + [("yes", "cat", "dog"), ("no", "cat", "bird")]


class Multilabel(Classify):
    name, problem, labels = "multilabel", "multi_label_classification", ["animal", "colour", "place", "verb"]

    def draw(self):
        rows = [dice.sample(self.labels, dice.randint(1, 3)) for _ in range(10)] + [[label] for label in self.labels]
        return [(",".join(row), sentence()) for row in rows]

    def wanted(self):
        return torch.tensor([[float(label in row.split(",")) for label in self.labels] for row, _ in self.examples])

    def probabilities(self, model):
        return self.logits(model).sigmoid()


class Regress(Pair):
    name, problem, labels = "regress", "regression", ["one"]

    def draw(self):
        return [(round(dice.uniform(0, 5), 3), sentence(), sentence()) for _ in range(12)]

    def wanted(self):
        return torch.tensor([value for value, *_ in self.examples])

    def probabilities(self, model):
        return self.logits(model)

    def predicted(self, rows):
        return torch.tensor([[row["prediction"]] for row in rows])


class NextSentence(Pair):
    name, head, labels = "next-sentence", "NextSentencePrediction", ["follows", "elsewhere"]

    def draw(self):
        return [(dice.choice(self.labels), sentence(), sentence()) for _ in range(11)] + [("elsewhere", "cat", "dog"), ("follows", "cat", "bird")]


class Ner(Task):
    name, suffix, head, max_length = "ner", ".conll", "TokenClassification", 64
    labels = ["B-ANI", "B-COL", "I-ANI", "O"]

    def draw(self):
        return [(row, [dice.choice(self.labels) for _ in row]) for row in (words(1, 16) for _ in range(12))]

    def write(self):
        sentences = ("".join(f"{word}\t{tag}\n" for word, tag in zip(*example)) for example in self.examples)
        self.train.write_text("\n".join(sentences))

    def encoded(self):
        return [self.tokenizer(row, is_split_into_words=True) for row, _ in self.examples]

    def firsts(self, encoded):
        ids = encoded.word_ids()
        return [i for i, word in enumerate(ids) if word is not None and word != ids[i - 1]]

    def batch(self):
        encoded = self.encoded()
        batch = collate([(e["input_ids"], e["token_type_ids"]) for e in encoded])
        batch["labels"] = torch.full_like(batch["input_ids"], IGNORED)
        for to, e, (_, tags) in zip(batch["labels"], encoded, self.examples):
            for column, tag in zip(self.firsts(e), tags, strict=True):
                to[column] = self.labels.index(tag)
        return batch

    def difference(self, model, rows):
        best = self.logits(model).argmax(-1)
        said = [[self.labels[best[i, column]] for column in self.firsts(e)] for i, e in enumerate(self.encoded())]
        return float(said != [row["prediction"] for row in rows])


class Choice(Task):
    name, suffix, head, endings = "choice", ".csv", "MultipleChoice", 4

    def draw(self):
        return [(sentence(1, 5), sentence(1, 3), *(sentence(1, 8) for _ in range(self.endings)), dice.randrange(self.endings)) for _ in range(9)]

    def write(self):
        write_table(self.train, ["sent1", "sent2", *(f"ending{i}" for i in range(self.endings)), "label"], self.examples)

    def batch(self):
        flat = collate([self.encode(text, f"{begin} {ending}") for text, begin, *endings, _ in self.examples for ending in endings])
        batch = {name: each.unflatten(0, (-1, self.endings)) for name, each in flat.items()}
        return {**batch, "labels": torch.tensor([row[-1] for row in self.examples])}

    def difference(self, model, rows):
        said = torch.tensor([[row[f"p({i})"] for i in range(self.endings)] for row in rows])
        return (self.logits(model).softmax(-1) - said).abs().max().item()


class Qa(Task):
    """Windows so short that all their columns are among the twenty best."""

    name, suffix, head, max_length, extra = "qa", ".json", "QuestionAnswering", 20, ["--stride", str(STRIDE)]

    def draw(self):
        examples = []
        for i in range(8):
            passage = words(3, 22)
            begin = dice.randrange(len(passage))
            answer = " ".join(passage[begin : begin + dice.randint(1, 2)])
            at = len(" ".join(passage[:begin])) + (begin > 0)
            examples.append({"id": str(i), "question": sentence(1, 3), "passage": " ".join(passage), "answer": None if i % 4 == 3 else (at, answer)})
        return examples

    def write(self):
        paragraphs = []
        for e in self.examples:
            answers = [{"answer_start": e["answer"][0], "text": e["answer"][1]}] if e["answer"] else []
            qas = [{"id": e["id"], "question": e["question"], "answers": answers, "is_impossible": not answers}]
            paragraphs.append({"context": e["passage"], "qas": qas})
        self.train.write_text(json.dumps({"version": "v2.0", "data": [{"title": "made up", "paragraphs": paragraphs}]}))

    def windows(self, example):
        question = len(self.tokenizer.tokenize(example["question"]))
        encoded = self.tokenizer(
            example["question"], example["passage"], truncation="only_second", max_length=self.max_length,
            stride=self.max_length - question - 3 - STRIDE,
            return_overflowing_tokens=True, return_offsets_mapping=True,
        )
        for i in range(len(encoded["input_ids"])):
            of = encoded.sequence_ids(i)
            yield encoded["input_ids"][i], encoded["token_type_ids"][i], {c: o for c, o in enumerate(encoded["offset_mapping"][i]) if of[c] == 1}

    def place(self, answer, offsets):
        """The columns of the answer, or [CLS] where the window does not have all of it."""
        if answer is None:
            return 0, 0
        begin, end = answer[0], answer[0] + len(answer[1])
        inside = [c for c, (b, e) in offsets.items() if b < end and e > begin]
        whole = inside and offsets[inside[0]][0] <= begin and offsets[inside[-1]][1] >= end
        return (inside[0], inside[-1]) if whole else (0, 0)

    # Each window by itself: transformers lets the softmax run over pads, too, so its loss would depend on the batch.
    def loss(self, model):
        losses = []
        for example in self.examples:
            for ids, types, offsets in self.windows(example):
                begin, end = self.place(example["answer"], offsets)
                positions = {"start_positions": torch.tensor([begin]), "end_positions": torch.tensor([end])}
                losses.append(model(**collate([(ids, types)]), **positions).loss)
        return torch.stack(losses).mean()

    def candidates(self, model, example):
        """All stretches of up to 30 tokens that begin where the window shows most around them, and none."""
        windows, scores, context = list(self.windows(example)), [], {}
        for w, (ids, types, offsets) in enumerate(windows):
            out = model(**collate([(ids, types)]))
            scores.append((out.start_logits[0].tolist(), out.end_logits[0].tolist()))
            for column in offsets:
                less = min(column - min(offsets), max(offsets) - column) + 0.01 * len(offsets)
                if less > context.get(offsets[column], (-1, 0))[0]:
                    context[offsets[column]] = (less, w)
        found = [("", min(begin[0] + end[0] for begin, end in scores))]
        for w, (_, _, offsets) in enumerate(windows):
            for b in (c for c in offsets if context[offsets[c]][1] == w):
                for e in range(b, min(b + 30, max(offsets) + 1)):
                    found.append((example["passage"][offsets[b][0] : offsets[e][1]], scores[w][0][b] + scores[w][1][e]))
        return sorted(found, key=lambda candidate: -candidate[1])

    def difference(self, model, rows):
        worst = 0
        for example, row in zip(self.examples, rows, strict=True):
            best = {}
            for text, score in self.candidates(model, example):
                best.setdefault(text, score)
            kept = dict(list(best.items())[:20]) | {"": best[""]}
            theirs = dict(zip(kept, torch.tensor(list(kept.values())).softmax(0).tolist()))
            ours = {candidate["text"]: candidate["probability"] for candidate in row["n_best"]}
            worst = max([worst, *(abs(theirs.get(text, 0) - ours.get(text, 0)) for text in theirs | ours)])
        return worst


TASKS = (Classify, Pair, Multilabel, Regress, Ner, Qa, Choice, NextSentence)
