"""`bertlet generate` beside transformers' generate(), on random models that transformers saved, some with pruned heads.

usage: python tests/bert/differential/generate.py build/bertlet [MODELS] [SEED]
transformers 4.44.2
"""
import json
import random
import subprocess
import sys
import tempfile

try:
    import torch
    from transformers import BertConfig, BertLMHeadModel, BertTokenizerFast
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(77)

bertlet = sys.argv[1]
count, seed = (int(a) for a in (sys.argv[2:4] + ["8", "1"][len(sys.argv[2:4]):]))
dice = random.Random(seed)
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cat", "##s", "sit", "and", "wait", "fish", "swim", ".", "'"]


def draw_model(folder):
    torch.manual_seed(dice.randrange(10**6))
    heads = dice.choice([2, 4])
    config = BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=heads * 6, num_hidden_layers=dice.randint(1, 3), num_attention_heads=heads,
        intermediate_size=20, max_position_embeddings=24, initializer_range=0.5, is_decoder=True,
        attn_implementation="eager",
        position_embedding_type=dice.choice(["absolute", "relative_key", "relative_key_query"]),
    )
    model = BertLMHeadModel(config).eval()
    if dice.random() < 0.5:
        model.prune_heads({0: [dice.randrange(heads)]})
    model.save_pretrained(folder)
    with open(folder + "/vocab.txt", "w") as file:
        file.write("\n".join(VOCABULARY) + "\n")
    return model, BertTokenizerFast(folder + "/vocab.txt")


def draw_options():
    options = {"max_new_tokens": dice.randint(1, 15)}
    if dice.random() < 0.5:
        options["repetition_penalty"] = 1.5
    if dice.random() < 0.5:
        options["no_repeat_ngram_size"] = 2
    if dice.random() < 0.6:
        options |= {"num_beams": 4, "num_return_sequences": 2, "length_penalty": dice.choice([0.0, 1.0, 2.0])}
    return options


NAMES = {"num_beams": "beams", "num_return_sequences": "num-return"}


def ours(folder, prompt, options):
    flags = [f"--{NAMES.get(key, key.replace('_', '-'))}={value}" for key, value in options.items()]
    flags += ["--no-cache"] * dice.randint(0, 1)
    made = subprocess.run([bertlet, "generate", folder, prompt, "--json", *flags], capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"{' '.join(made.args)}: {made.stderr}")
    return json.loads(made.stdout)


for number in range(count):
    with tempfile.TemporaryDirectory() as folder:
        model, tokenizer = draw_model(folder)
        prompt, options = " ".join(dice.choices(["the", "cats", "fish", "it's"], k=dice.randint(1, 3))), draw_options()
        ids = tokenizer(prompt, return_tensors="pt").input_ids[:, :-1]
        rows = model.generate(ids, attention_mask=torch.ones_like(ids), eos_token_id=3, do_sample=False, **options).tolist()
        want = [row[: row.index(3, ids.shape[1]) + 1] if 3 in row[ids.shape[1] :] else row for row in rows]
        got = ours(folder, prompt, options)
        if [text["ids"] for text in got["texts"]] != want or got["prompt_ids"] != ids[0].tolist():
            sys.exit(f"model {number}, {prompt!r}, {options}: got {got}, want {want}")
print(f"{count} models: the same texts")
