"""Tasks for finetuning.py in which a student learns from a teacher, by PyTorch's losses."""
import copy
import subprocess

import torch
import transformers
from torch.nn.functional import binary_cross_entropy_with_logits, kl_div

from finetuning_tasks import IGNORED, Choice, Classify, Multilabel, Ner


class Distilled:
    """The teacher is a model that bertlet has fine-tuned for a few steps."""

    extra, layers, temperature, soft, hard, hidden = [], [0], 2.0, 5.0, 2.0, 1.0

    @property
    def title(self):
        return " ".join(["distill", self.name, *self.extra])

    def begin(self, bertlet, folder):
        command = [bertlet, "finetune", *super().begin(bertlet, folder), "--train", self.train, "--out", folder / "teacher"]
        subprocess.run([*command, "--held-out", "0", "--lr", "1e-3", "--quiet", "--threads", "1"], check=True)
        return ["distill", "--teacher", folder / "teacher"]

    def model(self, folder, dtype):
        kind = getattr(transformers, "BertFor" + self.head)
        self.teacher = kind.from_pretrained(folder / "teacher" / "best", torch_dtype=dtype).eval()
        student = copy.deepcopy(self.teacher)
        student.bert.encoder.layer = torch.nn.ModuleList(student.bert.encoder.layer[i] for i in self.layers)
        return student

    def loss(self, model):
        batch = self.batch()
        inputs = {name: each for name, each in batch.items() if name != "labels"}
        with torch.no_grad():
            said = self.teacher(**inputs, output_hidden_states=True)
        student = model(**inputs, output_hidden_states=True)
        real = batch["attention_mask"].flatten() == 1
        states = [out.hidden_states[-1].flatten(0, -2)[real] for out in (student, said)]
        cosine = torch.nn.CosineEmbeddingLoss()(*states, torch.ones(len(states[0]), dtype=states[0].dtype))
        return self.soft * self.soft_loss(student.logits, said.logits, batch) + self.hard * super().loss(model) + self.hidden * cosine

    def soft_loss(self, student, teacher, batch):
        t = self.temperature
        return kl_div((student / t).log_softmax(-1), (teacher / t).softmax(-1), reduction="batchmean") * t * t


class DistilledClassify(Distilled, Classify):
    pass


class DistilledFromAbove(Distilled, Classify):
    extra, layers, temperature, soft, hard, hidden = ["--from-layers", "1", "--temperature", "3", "--soft", "1", "--hidden", "0.5"], [1], 3.0, 1.0, 2.0, 0.5


class DistilledMultilabel(Distilled, Multilabel):
    def soft_loss(self, student, teacher, batch):
        t = self.temperature
        return binary_cross_entropy_with_logits(student / t, (teacher / t).sigmoid()) * t * t


class DistilledNer(Distilled, Ner):
    def soft_loss(self, student, teacher, batch):
        words = batch["labels"] != IGNORED
        return super().soft_loss(student[words], teacher[words], batch)


class DistilledChoice(Distilled, Choice):
    pass


DISTILLED = (DistilledClassify, DistilledFromAbove, DistilledMultilabel, DistilledNer, DistilledChoice)
