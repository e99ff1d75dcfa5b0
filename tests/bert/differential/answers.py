"""`bertlet fill-mask` and `bertlet encode` beside transformers, on random small models.

usage: python tests/bert/differential/answers.py build/bertlet [MODELS] [SEED]
transformers 4.44.2
"""
import json
import random
import subprocess
import sys
import tempfile

try:
    import torch
    import transformers
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(77)

transformers.logging.set_verbosity_error()
bertlet = sys.argv[1]
count, seed = (int(a) for a in (sys.argv[2:4] + ["6", "1"][len(sys.argv[2:4]) :]))
dice = random.Random(seed)
VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] the a cat ##s dog sat ran and on mat . , b ##c".split()


def run(*arguments, text=""):
    return subprocess.run([bertlet, *arguments], input=text, capture_output=True, text=True, check=True).stdout


def sentence(mask=0.0):
    words = [dice.choice(["the", "a", "cat", "cats", "dog", "sat", "ran", "and", "on", "mat", ".", "bc", "zebra"]) for _ in range(dice.randint(1, 9))]
    return " ".join("[MASK]" if dice.random() < mask else word for word in words)


def draw(folder):
    torch.manual_seed(dice.randrange(10**6))
    heads = dice.choice([2, 4])
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=heads * 6, num_hidden_layers=3, num_attention_heads=heads,
        intermediate_size=20, max_position_embeddings=24, initializer_range=0.5,
    )
    model = transformers.BertForPreTraining(config).eval()
    model.save_pretrained(folder)
    with open(folder + "/vocab.txt", "w") as file:
        file.write("\n".join(VOCABULARY) + "\n")
    return transformers.BertTokenizerFast(folder + "/vocab.txt")


def check_fill(folder):
    model = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()
    pipeline = transformers.pipeline("fill-mask", model=model, tokenizer=transformers.BertTokenizerFast(folder + "/vocab.txt"), top_k=4)
    text = sentence(0.4) + " [MASK]"
    theirs = pipeline(text)
    theirs = theirs if isinstance(theirs[0], list) else [theirs]
    ours = json.loads(run("fill-mask", folder, text, "--top-k", "4", "--json", "--quiet"))["masks"]
    wrong = len(theirs) != len(ours)
    for a, b in zip(theirs, ours):
        for x, y in zip(a, b["candidates"]):
            wrong |= x["token"] != y["id"] or abs(x["score"] - y["score"]) > 2e-5
            wrong |= len(ours) == 1 and x["sequence"] != y["sequence"]
    return wrong


def pooled(out, mask, pool):
    mask = mask[..., None]
    mean = lambda x: (x * mask).sum(1) / mask.sum(1)
    x = out.last_hidden_state
    if pool == "cls":
        return x[:, 0]
    if pool == "pooler":
        return out.pooler_output
    if pool == "max":
        return x.masked_fill(mask == 0, -1e9).max(1).values
    if pool == "mean-sqrt":
        return (x * mask).sum(1) / mask.sum(1).sqrt()
    return mean(x) if pool == "mean" else mean((out.hidden_states[1] + x) / 2)


def check_encode(folder, tokenizer):
    model = transformers.BertModel.from_pretrained(folder).eval()
    lines = [sentence() for _ in range(5)] + [""]
    given = tokenizer(lines, padding=True, truncation=True, max_length=24, return_tensors="pt")
    with torch.no_grad():
        out = model(**given, output_hidden_states=True)
    pool, normalize, layer = dice.choice(["cls", "pooler", "max", "mean", "mean-sqrt", "first-last"]), dice.random() < 0.5, None
    if pool in ("cls", "max", "mean", "mean-sqrt") and dice.random() < 0.5:
        layer = dice.randrange(4)
        out.last_hidden_state = out.hidden_states[layer]
    want = pooled(out, given["attention_mask"], pool)
    want = torch.nn.functional.normalize(want) if normalize else want
    flags = ["--pool", pool, "--batch", str(dice.randint(1, 7))] + ["--normalize"] * normalize + (["--layer", str(layer)] if layer is not None else [])
    got = [json.loads(line) for line in run("encode", folder, "--quiet", *flags, text="\n".join(lines) + "\n").splitlines()]
    return len(got) != len(lines) or (torch.tensor(got) - want).abs().max().item() > 2e-5


wrong = 0
for i in range(count):
    with tempfile.TemporaryDirectory() as folder:
        tokenizer = draw(folder)
        wrong += sum(check_fill(folder) for _ in range(3)) + sum(check_encode(folder, tokenizer) for _ in range(6))
print(f"{count} models, {3 * count} texts filled, {6 * count} files encoded, {wrong} differ")
sys.exit(1 if wrong else 0)
