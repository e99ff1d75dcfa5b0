"""Tasks for finetuning.py with options of `bertlet finetune`, and what these do in PyTorch."""
from torch import bincount
from torch.nn.functional import cross_entropy

from finetuning_tasks import IGNORED, Classify, Ner, Pair, Regress


class Smoothed(Classify):
    extra = ["--smoothing", "0.1"]

    def loss(self, model):
        return cross_entropy(model(**self.batch()).logits, self.wanted(), label_smoothing=0.1)


class Balanced(Ner):
    extra = ["--balanced"]

    def loss(self, model):
        batch = self.batch()
        counts = bincount(batch["labels"][batch["labels"] != IGNORED])
        weights = counts.sum() / (len(counts) * counts)
        return cross_entropy(model(**batch).logits.flatten(0, 1), batch["labels"].flatten(), weight=weights)


class Scaled(Classify):
    extra = ["--head-lr", "10", "--layer-decay", "0.8"]

    def rate(self, name):
        rates = {"classifier.": 10, "bert.embeddings.": 0.8**2, "bert.encoder.layer.0.": 0.8}
        return next((rate for start, rate in rates.items() if name.startswith(start)), 1)


class Frozen(Pair):
    extra = ["--freeze", "1"]

    def is_frozen(self, name):
        return name.startswith(("bert.embeddings.", "bert.encoder.layer.0."))


class Attacked(Regress):
    """The gradient is that of the words as they are, and of the words moved along it."""

    extra = ["--fgm", "0.5"]

    def backward(self, model):
        loss = super().backward(model)
        words = model.bert.embeddings.word_embeddings.weight
        before = words.detach().clone()
        words.data += 0.5 * words.grad / words.grad.norm()
        super().backward(model)
        words.data = before
        return loss


OPTIONS = (Smoothed, Balanced, Scaled, Frozen, Attacked)
