"""`bertlet run` beside transformers: every head with every kind of input, over random small models.

usage: python tests/bert/differential/heads.py PROGRAM [--cases N] [--seed N] [--double]
transformers 4.44.2, the last line with head masks, pruning and relative positions; it computes in double. --double says
that the program does too, and asks for 1e-9 in the place of 2e-5 (values) and 1e-4 (gradients, relative to the largest
of a tensor).
"""
import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile

try:
    import torch
    import transformers
    from safetensors.torch import load_file, save_file
    from torch.nn.functional import cross_entropy
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(77)

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("--cases", type=int, default=220)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--double", action="store_true")
options = parser.parse_args()

transformers.logging.set_verbosity_error()
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
dice = random.Random(options.seed)
VALUES, GRADIENTS = (1e-9, 1e-9) if options.double else (2e-5, 1e-4)
IGNORED = -100

HEADS = {
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
TOKEN_HEADS = ("pretraining", "masked-lm", "causal-lm", "token-classification")
FEATURES = ("ones", "right", "left", "holes", "pairs", "head_mask", "types", "positions", "relative", "cross", "causal", "pruned")
MASKS = ("ones", "right", "left", "holes", "pairs")


def possible(head, feature):
    if feature == "cross":
        return head in ("model", "masked-lm", "causal-lm")  # the others take no encoder states
    return not (head == "multiple-choice" and feature == "pairs")  # whose mask transformers flattens


def whole(below, *shape):
    return torch.tensor([dice.randrange(below) for _ in range(torch.Size(shape).numel())]).reshape(shape)


def draw_features(head, wanted):
    drawn = {f for f in ("head_mask", "types", "positions", "relative", "cross", "causal", "pruned") if dice.random() < 0.25}
    masks = [m for m in MASKS if possible(head, m)]
    drawn.add(wanted if wanted in MASKS else dice.choice(masks))
    drawn = {f for f in drawn | {wanted} if possible(head, f)}
    return drawn | {"causal"} if "cross" in drawn else drawn


def draw_model(head, features, labels, problem):
    heads = dice.choice([2, 3, 4])
    config = transformers.BertConfig(
        vocab_size=dice.randint(8, 40),
        hidden_size=heads * 2 * dice.randint(1, 5),
        num_hidden_layers=dice.randint(1, 3),
        num_attention_heads=heads,
        intermediate_size=dice.randint(3, 40),
        hidden_act=dice.choice(["gelu", "gelu_new", "relu", "tanh"]),
        max_position_embeddings=12,
        type_vocab_size=2,
        initializer_range=0.3,
        layer_norm_eps=dice.choice([1e-12, 1e-5]),
        position_embedding_type=dice.choice(["relative_key", "relative_key_query"]) if "relative" in features else "absolute",
        is_decoder="causal" in features,
        add_cross_attention="cross" in features,
        tie_word_embeddings=dice.random() < 0.7,
        chunk_size_feed_forward=dice.choice([0, 0, 1]),
        num_labels=labels,
        problem_type=problem,
        attn_implementation="eager",
    )
    model = getattr(transformers, HEADS[head])(config).eval()
    with torch.no_grad():  # nothing stays at 0 or 1
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    if "pruned" in features:
        model.prune_heads({dice.randrange(config.num_hidden_layers): dice.sample(range(heads), dice.randint(1, heads - 1))})
    return model


def draw_mask(features, B, T):
    if "ones" in features:
        return torch.ones(B, T, dtype=torch.long)
    if "pairs" in features:
        return (whole(3, B, T, T) > 0).long() | torch.eye(T, dtype=torch.long)
    mask = torch.zeros(B, T, dtype=torch.long)
    for row in mask:
        real = dice.randint(1, T)
        if "right" in features:
            row[:real] = 1
        elif "left" in features:
            row[T - real :] = 1
        else:
            row[dice.sample(range(T), real)] = 1
    return mask


def draw_inputs(model, head, features, B, T, choices):
    config, lead = model.config, (B, choices) if choices else (B,)
    given = {"input_ids": whole(config.vocab_size, *lead, T)}
    mask = draw_mask(features, B * (choices or 1), T)
    given["attention_mask"] = mask.reshape(lead + mask.shape[1:])
    if "types" in features:
        given["token_type_ids"] = whole(2, *lead, T)
    if "positions" in features:
        given["position_ids"] = whole(12, *lead, T)
    if "head_mask" in features and "pruned" not in features:
        shape = dice.choice([(config.num_attention_heads,), (config.num_hidden_layers, config.num_attention_heads)])
        given["head_mask"] = torch.rand(shape)
    if "cross" in features:
        S = dice.randint(1, 6)
        given["encoder_hidden_states"] = torch.randn(B, S, config.hidden_size)
        given["encoder_attention_mask"] = (whole(3, B, S) > 0).long()
        given["encoder_attention_mask"][:, 0] = 1
    return given


def draw_labels(head, B, T, config, choices):
    if head == "model":
        return {}
    if head in ("pretraining", "masked-lm"):
        words = torch.where(whole(2, B, T) == 0, whole(config.vocab_size, B, T), IGNORED)
        words[0] = whole(config.vocab_size, T)
        return {"labels": words} | ({"next_sentence_label": whole(2, B)} if head == "pretraining" else {})
    if head in ("causal-lm", "token-classification"):
        return {"labels": whole(config.vocab_size if head == "causal-lm" else config.num_labels, B, T)}
    if head == "question-answering":
        return {"start_positions": whole(T + 2, B), "end_positions": whole(T + 3, B) - 1}
    if head == "sequence-classification":
        if config.problem_type == "regression" or config.num_labels == 1:
            return {"labels": torch.randn((B,) if config.num_labels == 1 else (B, config.num_labels))}
        if config.problem_type == "multi_label_classification":
            return {"labels": whole(2, B, config.num_labels) + 0.0}
        return {"labels": whole(config.num_labels, B)}
    return {"labels": whole(choices or 2, B)}


def packed_labels(head, labels, real):
    """Where pads are no rows, no label of a pad counts, nor what a pad predicts."""
    if head not in TOKEN_HEADS:
        return labels
    wanted = real.clone()
    if head == "causal-lm":
        wanted[:, 1:] *= real[:, :-1]
    return labels | {"labels": labels["labels"].masked_fill(wanted == 0, IGNORED)}


def answer_loss(logits, positions, real):
    T = real.shape[1]
    positions = positions.clamp(min=0)
    beyond = (positions >= T) | (real.gather(1, positions.clamp(max=T - 1)[:, None])[:, 0] == 0)
    if beyond.all():
        return logits.sum() * 0
    return cross_entropy(logits.masked_fill(real == 0, float("-inf")), positions.masked_fill(beyond, IGNORED))


def expected(model, head, given, labels, keep):
    """What transformers says; at pads zeros unless they are kept."""
    flat = given["attention_mask"].reshape(-1, given["attention_mask"].shape[-1])
    pairs = given["attention_mask"].shape[-1] == given["attention_mask"].shape[-2] and given["attention_mask"].dim() == 3 and head != "multiple-choice"
    T = given["input_ids"].shape[-1]
    real = torch.ones(given["input_ids"].numel() // T, T, dtype=torch.long) if pairs or keep else flat
    out = model(**given, **packed_labels(head, labels, real), output_hidden_states=True, output_attentions=True)
    loss = out.get("loss")
    if head == "question-answering" and not keep:
        loss = sum(answer_loss(out[k + "_logits"], labels[k + "_positions"], real) for k in ("start", "end")) / 2
    tensors = {} if loss is None or loss.isnan() else {"loss": loss}
    for key in ("logits", "prediction_logits", "start_logits", "end_logits", "last_hidden_state"):
        if key in out:
            x = out[key]
            rows = x.shape[:2] == real.shape and (head in TOKEN_HEADS or key != "logits")
            tensors[key] = x * real.reshape(real.shape + (1,) * (x.dim() - 2)) if rows else x
    for key in ("seq_relationship_logits", "pooler_output"):
        if key in out:
            tensors[key] = out[key]
    for i, x in enumerate(out.hidden_states):
        tensors[f"hidden_states.{i}"] = x * real[..., None]
    for key in ("attentions", "cross_attentions"):
        for i, x in enumerate(out.get(key) or ()):
            tensors[f"{key}.{i}"] = x * real[:, None, :, None]
    if "loss" in tensors:
        loss.backward()
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                tensors["grad." + name] = parameter.grad
    return tensors


def ours(model, head, given, labels, keep, folder):
    model.save_pretrained(folder)
    data = {}
    for name, x in (given | labels).items():
        if name == "encoder_hidden_states":
            save_file({name: x}, f"{folder}/states.safetensors")
            data[name] = "states.safetensors"
        else:
            data[name] = x.tolist()
    with open(f"{folder}/in.json", "w") as file:
        json.dump(data, file)
    command = [options.program, "run", folder, "--input", f"{folder}/in.json", "--output", f"{folder}/out.safetensors", "--force"]
    command += ["--quiet", "--padding", "keep" if keep else "pack"] + (["--grad"] if labels else [])
    command += ["--head", head] if dice.random() < 0.5 else []
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return None, done.stderr
    return load_file(f"{folder}/out.safetensors"), done.stderr


def worst_differences(want, got):
    """The largest difference of values, and of gradients relative to the largest of each tensor."""
    gradients = [x.abs().max().item() for name, x in want.items() if name.startswith("grad.")]
    scale = max(gradients, default=0)
    values, relative = (0, ""), (0, "")
    for name, x in want.items():
        if name not in got:
            return (float("inf"), name + " is missing"), relative
        if got[name].shape != x.shape:
            return (float("inf"), f"{name} is {list(got[name].shape)}, not {list(x.shape)}"), relative
        off = (got[name] - x).abs().max().item()
        if off != off:
            off = float("inf")
        if not name.startswith("grad."):
            values = max(values, (off, name))
        elif x.abs().max().item() > 1e-9 * scale:  # else it is 0 but for rounding, as the gradient of a key's bias
            relative = max(relative, (off / x.abs().max().item(), name))
        else:
            relative = max(relative, (off / max(scale, 1e-300), name))
    extra = sorted(name for name in got if name not in want and name.startswith("grad."))
    return values, max(relative, (float("inf"), f"{extra[0]} is there") if "loss" in want and extra else (0, ""))


def run_case(head, wanted, folder):
    features = draw_features(head, wanted)
    B, T = dice.randint(1, 4), dice.randint(2, 9)
    choices = dice.randint(2, 3) if head == "multiple-choice" else 0
    kinds = [(dice.randint(2, 4), None), (1, None), (3, "regression"), (3, "multi_label_classification")]
    labels, problem = dice.choice(kinds) if head == "sequence-classification" else (dice.randint(2, 4), None)
    labels = 2 if head == "question-answering" else labels
    model = draw_model(head, features, labels, problem)
    given = draw_inputs(model, head, features, B, T, choices)
    targets = draw_labels(head, B, T, model.config, choices)
    # What the pooler takes may be a pad in front, which sees nobody: packed, it is no row that counts.
    lost = "causal" in features and features & {"left", "holes"} and head not in ("masked-lm", "causal-lm", "token-classification", "question-answering")
    keep = bool(lost) or dice.random() < 0.5
    want = expected(model, head, given, targets, keep)
    got, error = ours(model, head, given, targets, keep, folder)
    title = f"{head} {' '.join(sorted(features))}{' keep' if keep else ''}"
    return title, features, want, got, error


def curve(folder):
    """20 steps of AdamW under Hugging Face's warm-up, where the first step's rate is 0."""
    model = draw_model("pretraining", {"ones"}, 2, None)
    given = draw_inputs(model, "pretraining", {"right"}, 3, 7, 0)
    labels = packed_labels("pretraining", draw_labels("pretraining", 3, 7, model.config, 0), given["attention_mask"])
    model.save_pretrained(folder)
    with open(f"{folder}/in.json", "w") as file:
        json.dump({name: x.tolist() for name, x in (given | labels).items()}, file)
    flags = "--steps 20 --lr 3e-3 --weight-decay 0.01 --schedule linear --warmup 5 --clip 1".split()
    made = subprocess.run([options.program, "run", folder, "--input", f"{folder}/in.json", *flags], capture_output=True, text=True, check=True)
    got = [json.loads(line)["loss"] for line in made.stdout.splitlines()]
    plain = lambda name: name.endswith("bias") or "LayerNorm" in name
    groups = [{"params": [p for n, p in model.named_parameters() if plain(n) == kind], "weight_decay": 0 if kind else 0.01} for kind in (False, True)]
    optimizer = torch.optim.AdamW(groups, lr=3e-3)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, 5, 20)
    worst = 0
    for loss_here in got:
        loss = model(**given, **labels).loss
        worst = max(worst, abs(loss_here / loss.item() - 1))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return worst


pairs = [(head, feature) for head in HEADS for feature in FEATURES if possible(head, feature)]
failures, met, worst = 0, collections.Counter(), {"values": (0, ""), "gradients": (0, "")}
for i in range(options.cases):
    head, wanted = pairs[i % len(pairs)]
    torch.manual_seed(options.seed * 100003 + i)
    with tempfile.TemporaryDirectory() as folder:
        title, features, want, got, error = run_case(head, wanted, folder)
    met.update((head, f) for f in features)
    if got is None:
        failures += 1
        print(f"case {i}: {title}: {error.strip()}")
        continue
    values, gradients = worst_differences(want, got)
    worst["values"] = max(worst["values"], values)
    worst["gradients"] = max(worst["gradients"], gradients)
    if values[0] > VALUES or gradients[0] > GRADIENTS:
        failures += 1
        print(f"case {i}: {title}: values {values}, gradients {gradients}")

with tempfile.TemporaryDirectory() as folder:
    torch.manual_seed(options.seed)
    off_curve = max(curve(folder) for _ in range(3))
if off_curve > (1e-9 if options.double else 1e-4):
    failures += 1
    print(f"20 steps of AdamW: losses differ by {off_curve:.1e}")
missing = [pair for pair in pairs if not met[pair]] if options.cases >= len(pairs) else []
print(f"{options.cases} random models, {len(pairs)} pairs of a head and a kind of input, {failures} differ; worst: values "
      f"{worst['values'][0]:.1e} ({worst['values'][1]}), gradients {worst['gradients'][0]:.1e} ({worst['gradients'][1]}), "
      f"20 steps {off_curve:.1e}; not met: {missing or 'none'}")
sys.exit(1 if failures or missing else 0)
