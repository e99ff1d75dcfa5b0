"""Golden values of BERT and its heads: python3 tests/golden/bert.py > tests/golden/bert.json

torch 2.15.0, transformers 4.44.2, numpy 2.x; in double, attention eager, no dropout.
Weights come from a formula that the test knows too. Of a tensor stand its largest absolute value and four projections:
its products with vectors from the same formula.
"""

import json

import torch
import transformers
from transformers import BertConfig

from formula import fill, hashed

B, T, S, V = 3, 6, 5, 23
SMALL = {
    "vocab_size": V,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 24,
    "max_position_embeddings": 9,
    "type_vocab_size": 2,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
CLASSES = {
    "model": "BertModel",
    "pretraining": "BertForPreTraining",
    "masked-lm": "BertForMaskedLM",
    "causal-lm": "BertLMHeadModel",
    "next-sentence": "BertForNextSentencePrediction",
    "sequence-classification": "BertForSequenceClassification",
    "multiple-choice": "BertForMultipleChoice",
    "token-classification": "BertForTokenClassification",
    "question-answering": "BertForQuestionAnswering",
}
IGNORED = -100
torch.set_default_dtype(torch.float64)
transformers.logging.set_verbosity_error()


def fingerprint(x):
    x = x.detach().flatten()
    numbers = [x.abs().max().item()] + [(x * hashed(f"projection {k}", x.shape)).sum().item() for k in range(4)]
    return [float(f"{number:.14g}") for number in numbers]


def whole(name, shape, below):
    return ((hashed(name, shape) + 0.5) * below).long()


RIGHT = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 0]])
LEFT = torch.tensor([[1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1]])
HOLES = torch.tensor([[1, 0, 1, 1, 0, 1], [1, 1, 0, 1, 0, 0], [0, 1, 1, 0, 1, 1]])
PAIRS = ((whole("pairs", (B, T, T), 3) > 0) | torch.eye(T, dtype=torch.bool)).long()
BLIND = whole("blind", (B, T, T), 2) * (whole("blind rows", (B, T, 1), 3) > 0)  # some rows see nobody
MASKS = {"right": RIGHT, "left": LEFT, "holes": HOLES, "pairs": PAIRS, "blind": BLIND}
MEMORY = {
    True: torch.tensor([[1, 1, 1, 1, 1], [1, 0, 1, 1, 0], [0, 1, 1, 0, 0]]),
    "blind": torch.tensor([[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [0, 1, 1, 0, 0]]),
    "pairs": (whole("memory pairs", (B, T, S), 3) > 0).long(),
}


def inputs_of(case):
    choices = (2,) if case["head"] == "multiple-choice" else ()
    lead = (B,) + choices
    given = {}
    if case.get("embeds"):
        given["inputs_embeds"] = hashed("inputs_embeds", lead + (T, 16)).requires_grad_()
    else:
        given["input_ids"] = whole("input_ids", lead + (T,), V)
    if "mask" in case:
        mask = MASKS[case["mask"]]
        given["attention_mask"] = mask[:, None].expand(lead + (T,)).contiguous() if choices else mask
    if case.get("types"):
        given["token_type_ids"] = whole("token_type_ids", lead + (T,), 2)
    if case.get("positions"):
        given["position_ids"] = whole("position_ids", lead + (T,), 9)
    if case.get("head_mask"):
        shape = (4,) if case["head_mask"] == 1 else (2, 4)
        given["head_mask"] = (hashed("head_mask", shape) + 0.5).requires_grad_()
    if case.get("memory"):
        given["encoder_hidden_states"] = hashed("encoder_hidden_states", (B, S, 16)).requires_grad_()
        given["encoder_attention_mask"] = MEMORY[case["memory"]]
    return given


def labels_of(case, given, counts):
    head, some = case["head"], lambda below: whole("labels", (B, T), below)
    if head in ("pretraining", "masked-lm"):
        words = torch.where(whole("masked", (B, T), 2) == 0, some(V), IGNORED)
        return {"labels": words} | ({"next_sentence_label": whole("next", (B,), 2)} if head == "pretraining" else {})
    if head in ("causal-lm", "token-classification"):
        return {"labels": some(V if head == "causal-lm" else case.get("labels", 2))}
    if head == "question-answering":
        return {"start_positions": torch.tensor([-2, 1, 0]), "end_positions": torch.tensor([4, 3, 7])}
    if head == "sequence-classification":
        if case.get("values"):
            return {"labels": hashed("values", (B,) if case["labels"] == 1 else (B, case["labels"])) + 0.5}
        return {"labels": whole("labels", (B,), case["labels"])}
    return {} if head == "model" else {"labels": whole("labels", (B,), 2)}


def counted(case, labels, counts):
    """Labels where there is no token do not count, nor does what a pad predicts."""
    if case["head"] not in ("pretraining", "masked-lm", "causal-lm", "token-classification"):
        return labels
    wanted = counts.clone()
    if case["head"] == "causal-lm":
        wanted[:, 1:] *= counts[:, :-1]
    return labels | {"labels": labels["labels"].masked_fill(wanted == 0, IGNORED)}


def answer_loss(logits, positions, counts):
    positions = positions.clamp(min=0)
    beyond = (positions >= T) | (counts.gather(1, positions.clamp(max=T - 1)[:, None])[:, 0] == 0)
    target = positions.masked_fill(beyond, IGNORED)
    return torch.nn.functional.cross_entropy(logits.masked_fill(counts == 0, float("-inf")), target)


def loss_of(case, out, labels, counts):
    if case["head"] == "model":
        states = out.last_hidden_state * counts[..., None]
        loss = (states * hashed("cotangent of states", states.shape)).sum()
        return loss + (out.pooler_output * hashed("cotangent of the pooler", out.pooler_output.shape)).sum()
    if case["head"] == "question-answering" and case["padding"] == "pack":
        start, end = (answer_loss(out[k + "_logits"], labels[k + "_positions"], counts) for k in ("start", "end"))
        return (start + end) / 2
    return out.loss


def model_of(case):
    config = BertConfig(**SMALL, **case.get("config", {}), num_labels=case.get("labels", 2), attn_implementation="eager")
    config.pruned_heads = {int(layer): gone for layer, gone in config.pruned_heads.items()}
    if "problem" in case:
        config.problem_type = case["problem"]
    model = getattr(transformers, CLASSES[case["head"]])(config).eval()
    fill(model)
    for heads in case.get("prune", []):
        model.prune_heads({int(layer): gone for layer, gone in heads.items()})
    return model


def run(case):
    case = {"padding": "pack"} | case
    model, given = model_of(case), inputs_of(case)
    flat = case["padding"] == "pack" and case.get("mask") in ("right", "left", "holes")
    counts = given["attention_mask"] if flat else torch.ones(B, T)
    labels = labels_of(case, given, counts)
    out = model(**given, **counted(case, labels, counts), output_hidden_states=True, output_attentions=True)
    loss = loss_of(case, out, labels, counts)
    loss.backward()

    counts = counts.reshape(-1, T)
    tensors = {"loss": loss}
    for key in ("logits", "prediction_logits", "start_logits", "end_logits", "last_hidden_state"):
        if key in out:
            x = out[key]
            tensors[key] = x * counts.reshape(counts.shape + (1,) * (x.dim() - 2)) if x.shape[:2] == counts.shape else x
    for key in ("seq_relationship_logits", "pooler_output"):
        if key in out:
            tensors[key] = out[key]
    for i, x in enumerate(out.hidden_states):
        tensors[f"hidden_states.{i}"] = x * counts[..., None]
    for key in ("attentions", "cross_attentions"):
        for i, x in enumerate(out.get(key) or ()):
            tensors[f"{key}.{i}"] = x * counts[:, None, :, None]
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            tensors["grad." + name] = parameter.grad
    for name, x in given.items():
        if x.requires_grad:
            tensors["grad." + name] = x.grad
    numbers = {name: x.tolist() for name, x in given.items() if not x.requires_grad}
    numbers |= {name: x.tolist() for name, x in labels.items()}
    return case | {"given": numbers, "want": {n: fingerprint(x) for n, x in tensors.items()}}


def curve():
    case = {"head": "pretraining", "mask": "right", "types": True, "padding": "pack"}
    model, given = model_of(case), inputs_of(case)
    labels = counted(case, labels_of(case, given, RIGHT), RIGHT)
    plain = lambda name: name.endswith("bias") or "LayerNorm" in name
    groups = [
        {"params": [p for n, p in model.named_parameters() if plain(n) == kind], "weight_decay": 0.0 if kind else 0.01}
        for kind in (False, True)
    ]
    optimizer = torch.optim.AdamW(groups, lr=3e-3)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, 5, 20)
    losses = []
    for _ in range(20):
        loss = model(**given, **labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    return losses


DECODER = {"is_decoder": True}
CROSS = {"is_decoder": True, "add_cross_attention": True}
KINDS = ("absolute", "relative_key", "relative_key_query")
CASES = [
    {"head": "model", "mask": "right", "types": True},
    {"head": "pretraining", "mask": "right", "types": True},
    {"head": "masked-lm", "mask": "right", "types": True},
    {"head": "masked-lm", "mask": "right", "config": {"tie_word_embeddings": False}},
    {"head": "causal-lm", "mask": "right", "config": DECODER},
    {"head": "next-sentence", "mask": "right", "types": True},
    {"head": "sequence-classification", "mask": "right", "labels": 3},
    {"head": "sequence-classification", "mask": "right", "labels": 3, "values": True},
    {"head": "sequence-classification", "mask": "right", "labels": 1, "values": True},
    {"head": "sequence-classification", "mask": "right", "labels": 3, "values": True, "problem": "regression"},
    {"head": "multiple-choice", "mask": "right", "types": True},
    {"head": "token-classification", "mask": "right", "labels": 3},
    {"head": "question-answering", "mask": "right"},
]
CASES += [
    {"head": "pretraining", "mask": "holes", "config": {"hidden_act": act, "position_embedding_type": kind}}
    for act in ("gelu", "gelu_new", "relu", "tanh")
    for kind in KINDS
]
CASES += [{"head": "model", "mask": mask, "positions": True} for mask in ("left", "holes", "pairs")]
CASES += [{"head": "model"}, {"head": "model", "embeds": True, "mask": "right"}]
CASES += [{"head": "model", "mask": "left", "head_mask": axes} for axes in (1, 2)]
CASES += [{"head": "model", "mask": "right", "config": {"chunk_size_feed_forward": 3, "pad_token_id": 7}}]
CASES += [
    {"head": "causal-lm", "mask": mask, "config": DECODER | {"position_embedding_type": kind}}
    for mask in ("left", "pairs")
    for kind in KINDS
]
CASES += [
    {"head": "causal-lm", "mask": "right", "memory": True, "config": CROSS | {"position_embedding_type": kind}}
    for kind in KINDS
]
CASES += [{"head": "model", "mask": "right", "memory": True, "head_mask": 2, "config": CROSS}]
CASES += [
    {"head": "masked-lm", "mask": "holes", "prune": [{"0": [1]}, {"0": [1, 3], "1": [0]}], "config": config}
    for config in ({"position_embedding_type": "relative_key_query"}, CROSS)
]
CASES += [{"head": "model", "mask": "right", "config": {"pruned_heads": {"1": [0, 2, 3]}}}]
CASES += [{"head": "model", "mask": "blind", "config": config} for config in ({}, {"position_embedding_type": "relative_key"})]
CASES += [{"head": "causal-lm", "mask": "right", "memory": mask, "config": CROSS} for mask in ("pairs", "blind")]
CASES += [
    {"head": head, "mask": "left", "padding": "keep", "config": DECODER | {"position_embedding_type": kind}}
    for head, kind in (("model", "absolute"), ("causal-lm", "absolute"), ("causal-lm", "relative_key_query"))
]
CASES += [{"head": "pretraining", "mask": mask, "padding": "keep"} for mask in ("left", "holes")]
CASES += [
    {"head": head, "mask": "right" if head != "model" else "left", "padding": "keep"}
    for head in ("model", "masked-lm", "token-classification", "question-answering")
]

golden = {"config": SMALL, "cases": [run(case) for case in CASES], "curve": curve()}
print(json.dumps(golden, separators=(",", ":")))
