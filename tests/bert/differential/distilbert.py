"""DistilBERT through `bertlet run`, and what `bertlet convert` and `vocab add` make of it, beside transformers.

usage: python tests/bert/differential/distilbert.py PROGRAM [--seed N]
Every head of a random DistilBERT: all outputs within 2e-5, gradients within 1e-4 of the largest of each tensor. Then the
model in halves and one with more tokens load in transformers with no key missing or left over. transformers 4.44.2,
which computes in double.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import torch
    import transformers
    from safetensors.torch import load_file
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(77)

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
transformers.logging.set_verbosity_error()
torch.set_default_dtype(torch.float64)
torch.manual_seed(options.seed)

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(ord("a") + i) for i in range(26)] + ["##s"]
HEADS = {
    "DistilBertModel": lambda B, T: {},
    "DistilBertForMaskedLM": lambda B, T: {"labels": torch.randint(len(VOCABULARY), (B, T))},
    "DistilBertForSequenceClassification": lambda B, T: {"labels": torch.randint(3, (B,))},
    "DistilBertForTokenClassification": lambda B, T: {"labels": torch.randint(3, (B, T))},
    "DistilBertForQuestionAnswering": lambda B, T: {"start_positions": torch.tensor([1, 2]), "end_positions": torch.tensor([2, 3])},
    "DistilBertForMultipleChoice": lambda B, T: {"labels": torch.randint(2, (B,))},
}
# Of a layer, and of all else: transformers' names and ours.
LAYER = {"attention.q_lin": "attention.self.query", "attention.k_lin": "attention.self.key", "attention.v_lin": "attention.self.value",
         "attention.out_lin": "attention.output.dense", "sa_layer_norm": "attention.output.LayerNorm", "ffn.lin1": "intermediate.dense",
         "ffn.lin2": "output.dense", "output_layer_norm": "output.LayerNorm"}  # fmt: skip
OTHERS = {"pre_classifier": "bert.pooler.dense", "vocab_transform": "cls.predictions.transform.dense",
          "vocab_layer_norm": "cls.predictions.transform.LayerNorm", "vocab_projector": "cls.predictions"}  # fmt: skip


def our_name(name):
    module, _, tail = name.rpartition(".")
    if module in OTHERS:
        return f"{OTHERS[module]}.{tail}"
    name = name.replace("distilbert.", "bert.")
    if "transformer.layer." not in name:
        return name
    before, _, rest = name.partition("transformer.layer.")
    number, _, module = rest.partition(".")
    module, _, tail = module.rpartition(".")
    return f"{before}encoder.layer.{number}.{LAYER[module]}.{tail}"


def new_model(head):
    labels = 2 if head.endswith("QuestionAnswering") else 3
    config = transformers.DistilBertConfig(vocab_size=len(VOCABULARY), dim=24, n_layers=3, n_heads=4, hidden_dim=40, max_position_embeddings=16,
                                           activation="gelu", initializer_range=0.2, num_labels=labels, seq_classif_dropout=0.3)  # fmt: skip
    model = getattr(transformers, head)(config).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return model


def bertlet(*arguments):
    done = subprocess.run([options.program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.stderr.strip()}")
    return done.stdout


def ours(model, given, folder):
    model.save_pretrained(folder)
    (folder / "in.json").write_text(json.dumps({name: x.tolist() for name, x in given.items()}))
    grad = ["--grad"] if len(given) > 2 else []
    bertlet("run", folder, "--input", folder / "in.json", "--output", folder / "out.safetensors", "--force", "--quiet", *grad)
    return load_file(folder / "out.safetensors")


def worst(want, got):
    off = {"values": 0.0, "gradients": 0.0}
    largest = max([x.abs().max().item() for name, x in want.items() if name.startswith("grad.")], default=1)
    for name, x in want.items():
        if name not in got:
            sys.exit(f"{name} is missing")
        kind, scale = ("gradients", x.abs().max().item()) if name.startswith("grad.") else ("values", 1)
        if scale < 1e-9 * largest:  # 0 but for rounding, as the gradient of a key's bias
            scale = largest
        off[kind] = max(off[kind], (got[name] - x).abs().max().item() / scale)
    return off


def compare(head, labels_for, folder):
    model = new_model(head)
    B, T = 2, 7
    lead = (B, 2) if head.endswith("MultipleChoice") else (B,)
    mask = torch.ones(*lead, T, dtype=torch.long)
    given = {"input_ids": torch.randint(len(VOCABULARY), (*lead, T)), "attention_mask": mask} | labels_for(B, T)
    out = model(**given, output_hidden_states=True)
    keys = ("loss", "logits", "start_logits", "end_logits", "last_hidden_state")
    want = {key: out[key] for key in keys if key in out}
    want |= {f"hidden_states.{i}": x.reshape(-1, *x.shape[-2:]) for i, x in enumerate(out.hidden_states or ())}
    if "loss" in want:
        want["loss"].backward()
        want |= {"grad." + our_name(name): p.grad for name, p in model.named_parameters() if p.grad is not None}
    return worst(want, ours(model, given, folder))


def no_key_is_lost(folder):
    """From a masked-LM: half of it, and it with two tokens more."""
    model = new_model("DistilBertForMaskedLM")
    model.save_pretrained(folder / "lm")
    (folder / "lm" / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    bertlet("convert", folder / "lm", folder / "half", "--dtype", "float16")
    bertlet("vocab", "add", folder / "lm", folder / "more", "xyz", "<name>")
    for name, size in (("half", 32), ("more", 34)):
        again, info = transformers.AutoModelForMaskedLM.from_pretrained(folder / name, output_loading_info=True)
        assert not any(info.values()), f"{name}: {info}"
        assert again.get_input_embeddings().weight.shape[0] == size and again.vocab_projector.bias.shape[0] == size
    table = again.get_input_embeddings().weight
    assert torch.allclose(table[32:], table[:32].mean(0).expand(2, -1), atol=1e-6)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "more")
    line = "a <name> xyzs [MASK]"
    got = json.loads(subprocess.run([options.program, "tokenize", "--vocab", folder / "more"], input=line + "\n", capture_output=True, text=True).stdout)
    assert got["ids"] == tokenizer(line)["input_ids"], (got, tokenizer(line))


failures = 0
for head, labels_for in HEADS.items():
    with tempfile.TemporaryDirectory() as folder:
        off = compare(head, labels_for, pathlib.Path(folder))
    good = off["values"] < 2e-5 and off["gradients"] < 1e-4
    failures += not good
    print(f"{head:<40} values {off['values']:.1e}  gradients {off['gradients']:.1e}{'' if good else '  DIFFERS'}")
with tempfile.TemporaryDirectory() as folder:
    no_key_is_lost(pathlib.Path(folder))
print(f"{len(HEADS)} heads of DistilBERT, {failures} differ; converted and with more tokens it loads in transformers")
sys.exit(1 if failures else 0)
