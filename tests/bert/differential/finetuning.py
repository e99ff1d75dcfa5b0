"""`bertlet finetune` beside transformers and torch's AdamW: the same data, first weights and no dropout, a batch that
holds all examples. Losses, rates and gradient norms of every step, then what `bertlet predict` says beside transformers
with the model that bertlet has saved.

usage: python tests/bert/differential/finetuning.py build/bertlet [STEPS]
transformers 4.44.2
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import torch
    import transformers
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(77)

from finetuning_distilled import DISTILLED
from finetuning_options import OPTIONS
from finetuning_tasks import TASKS, VOCABULARY

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
bertlet = sys.argv[1]
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 30
LR, WARMUP, CLIP, DECAY, TOLERANCE = 1e-3, 0.2, 1.0, 0.1, 1e-4


def first_model(task, folder):
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48, max_position_embeddings=64,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, num_labels=len(task.labels or "ab"), problem_type=task.problem, initializer_range=0.1,
    )
    getattr(transformers, "BertFor" + task.head)(config).save_pretrained(folder)


def parameter_groups(task, model):
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not task.is_frozen(name))
        plain = name.endswith("bias") or "LayerNorm" in name
        yield {"params": [parameter], "weight_decay": 0.0 if plain else DECAY, "lr": LR * task.rate(name)}


def their_steps(task, folder, dtype):
    torch.set_default_dtype(dtype)
    model = task.model(folder, dtype).train()
    optimizer = torch.optim.AdamW(parameter_groups(task, model), eps=1e-8)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(WARMUP * steps), steps)
    lines = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = task.backward(model)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        lines.append({"loss": loss, "grad_norm": norm.item(), "lr": LR * schedule.lr_lambdas[0](schedule.last_epoch)})
        optimizer.step()
        schedule.step()
    torch.set_default_dtype(torch.float32)
    return lines


def our_steps(task, folder, run):
    subprocess.run(
        [bertlet, "finetune", *task.begin(bertlet, folder), "--train", task.train, "--out", run, "--batch", "64", "--epochs", str(steps),
         "--log-every", "1", "--save-every", str(steps), "--lr", str(LR), "--warmup", str(WARMUP), "--clip", str(CLIP), "--weight-decay", str(DECAY),
         "--held-out", "0", "--quiet", "--threads", "1", *task.extra],
        check=True,
    )
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def farthest(ours, theirs):
    """The largest relative difference of any step; values near 0 are measured by a hundredth of the largest one."""
    assert len(ours) == len(theirs) == steps, (len(ours), len(theirs))
    worst = 0
    for name in ("loss", "grad_norm", "lr"):
        floor = 0.01 * max(line[name] for line in theirs)
        worst = max([worst, *(abs(a[name] - b[name]) / max(b[name], floor) for a, b in zip(ours, theirs))])
    return worst


def predictions(task, run, folder):
    out = folder / "predictions.jsonl"
    subprocess.run([bertlet, "predict", run, "--data", task.train, "--out", out, "--quiet"], check=True)
    return [json.loads(line) for line in out.read_text().splitlines()]


def saved_model(task, run):
    model, info = getattr(transformers, "AutoModelFor" + task.head).from_pretrained(run / "best", output_loading_info=True)
    lost = {name: left for name, left in info.items() if left}
    assert not lost, f"{task.name}: transformers and the saved model: {lost}"
    if task.labels and task.name != "regress":
        assert list(model.config.id2label.values()) == task.labels, model.config.id2label
    assert model.config.problem_type in (task.problem, "single_label_classification"), model.config.problem_type
    task.tokenizer = transformers.AutoTokenizer.from_pretrained(run / "best")
    return model.eval()


def check(kind):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "model").mkdir()
        (folder / "model" / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
        task = kind(folder)
        first_model(task, folder / "model")
        ours = our_steps(task, folder, folder / "run")
        single, double = (farthest(ours, their_steps(task, folder, dtype)) for dtype in (torch.float32, torch.float64))
        with torch.no_grad():
            said = task.difference(saved_model(task, folder / "run"), predictions(task, folder / "run", folder))
        print(f"{task.title:<60}{ours[0]['loss']:>8.4f} → {ours[-1]['loss']:<8.4f}{single:>10.1e}{double:>10.1e}{said:>13.1e}")
        return max(single, double, said) <= TOLERANCE


print(f"{str(steps) + ' steps':<60}   loss           float32   float64  predictions")
all_kinds = TASKS + OPTIONS + DISTILLED
wrong = sum(not check(kind) for kind in all_kinds)
print(f"{len(all_kinds)} tasks, {wrong} differ by more than {TOLERANCE}")
sys.exit(1 if wrong else 0)
