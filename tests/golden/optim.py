"""Golden values for optim/: 50 steps of each optimizer and 100 points of each schedule, from PyTorch and transformers.

Made with Python 3.11, torch 2.15.0, transformers 4.44.2:   python tests/golden/optim.py
Gradients are prescribed, g_t[i] = sin(0.7 i + 1.3 t) (1 + 0.1 i), so that each optimizer sees the same ones.
LAMB is written out here in double from the paper, for PyTorch has none.
"""
import json
import math
import os

import torch
from transformers import optimization as hf

torch.set_num_threads(1)
STEPS, KEPT = 50, (1, 2, 10, 50)


def start(dtype):
    weight = torch.tensor([[math.cos(0.9 * (4 * r + c)) for c in range(4)] for r in range(3)], dtype=torch.float64)
    bias = torch.tensor([math.cos(0.4 * i) for i in range(5)], dtype=torch.float64)
    return [weight.to(dtype).requires_grad_(), bias.to(dtype).requires_grad_()]


def gradient(t, like):
    flat = [math.sin(0.7 * i + 1.3 * t) * (1 + 0.1 * i) for i in range(like.numel())]
    return torch.tensor(flat, dtype=torch.float64).to(like.dtype).view_as(like)


def run(make, dtype):
    parameters = start(dtype)
    optimizer = make(parameters)
    kept = {}
    for t in range(1, STEPS + 1):
        for p in parameters:
            p.grad = gradient(t, p)
        optimizer.step()
        if t in KEPT:
            kept[str(t)] = [p.detach().double().flatten().tolist() for p in parameters]
    return kept


class Lamb:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.01):
        self.p, self.lr, self.betas, self.eps, self.decay, self.t = parameters, lr, betas, eps, weight_decay, 0
        self.m = [torch.zeros_like(p) for p in parameters]
        self.v = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self):
        self.t += 1
        b1, b2 = self.betas
        for p, m, v in zip(self.p, self.m, self.v):
            m.mul_(b1).add_(p.grad, alpha=1 - b1)
            v.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            d = (m / (1 - b1**self.t)) / ((v / (1 - b2**self.t)).sqrt() + self.eps) + self.decay * p
            p.sub_(self.lr * p.norm() / d.norm() * d)


class EpsilonForms:
    """Adam with ε in the places other libraries have it."""

    def __init__(self, parameters, lr, form, correct=True, eps=1e-3, betas=(0.9, 0.999)):
        self.p, self.lr, self.form, self.correct, self.eps, self.betas, self.t = parameters, lr, form, correct, eps, betas, 0
        self.m = [torch.zeros_like(p) for p in parameters]
        self.v = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self):
        self.t += 1
        b1, b2 = self.betas
        c1, c2 = (1 - b1**self.t, 1 - b2**self.t) if self.correct else (1, 1)
        for p, m, v in zip(self.p, self.m, self.v):
            m.mul_(b1).add_(p.grad, alpha=1 - b1)
            v.mul_(b2).addcmul_(p.grad, p.grad, value=1 - b2)
            if self.form == "before_correction":
                p.sub_(self.lr * math.sqrt(c2) / c1 * m / (v.sqrt() + self.eps))
            else:
                p.sub_(self.lr * (m / c1) / (v / c2 + self.eps).sqrt())


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05, weight_decay=0.02),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.02),
    "sgd_nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "adam_l2": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "adamw_no_correction": lambda p: EpsilonForms(p, 0.01, "before_correction", correct=False),
    "adam_before_correction": lambda p: EpsilonForms(p, 0.01, "before_correction"),
    "adam_inside_root": lambda p: EpsilonForms(p, 0.01, "inside_root"),
    "lamb": lambda p: Lamb(p, 0.01),
    "adafactor": lambda p: hf.Adafactor(p, lr=0.01, scale_parameter=False, relative_step=False, warmup_init=False),
    "adafactor_relative": lambda p: hf.Adafactor(p, scale_parameter=True, relative_step=True, warmup_init=True),
    "adafactor_momentum": lambda p: hf.Adafactor(p, lr=0.01, beta1=0.9, weight_decay=0.1, scale_parameter=True, relative_step=False),
}


def schedules():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    made = {
        "constant_with_warmup": hf.get_constant_schedule_with_warmup(optimizer, 10),
        "linear": hf.get_linear_schedule_with_warmup(optimizer, 10, 90),
        "cosine": hf.get_cosine_schedule_with_warmup(optimizer, 10, 90),
        "cosine_with_restarts": hf.get_cosine_with_hard_restarts_schedule_with_warmup(optimizer, 10, 90, num_cycles=3),
        "polynomial": hf.get_polynomial_decay_schedule_with_warmup(optimizer, 10, 90, lr_end=1e-3, power=2.0),
        "inverse_sqrt": hf.get_inverse_sqrt_schedule(optimizer, 10),
    }
    points = {name: [schedule.lr_lambdas[0](step) for step in range(100)] for name, schedule in made.items()}
    points["linear_google"] = [step / 10 if step < 10 else max(0.0, 1 - step / 90) for step in range(100)]
    points["noam"] = [64**-0.5 * min((s + 1) ** -0.5, (s + 1) * 10**-1.5) for s in range(100)]
    cut = math.floor(100 * 0.1)
    ulmfit = [s / cut if s < cut else 1 - (s - cut) / (cut * (1 / 0.1 - 1)) for s in range(100)]
    points["slanted_triangular"] = [(1 + p * 31) / 32 for p in ulmfit]
    return points


def plateau():
    measures = [1.0, 0.9, 0.95, 0.93, 0.92, 0.91, 0.89, 0.89, 0.89, 0.89, 0.89, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, cooldown=1, min_lr=0.2)
    factors = []
    for measure in measures:
        schedule.step(measure)
        factors.append(optimizer.param_groups[0]["lr"])
    return {"measures": measures, "factors": factors}


golden = {
    "torch": torch.__version__,
    "optimizers": {name: {"double": run(make, torch.float64), "float": run(make, torch.float32)} for name, make in OPTIMIZERS.items()},
    "schedules": schedules(),
    "plateau": plateau(),
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "optim.json"), "w") as f:
    json.dump(golden, f)
