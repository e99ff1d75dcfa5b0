"""What transformers' generate() makes of small models: python3 tests/golden/generation.py > tests/golden/generation.json

usage: generation.py [MODELS] [SEED]
torch 2.15.0, transformers 4.44.2; in double, weights from the formula of bert.py. A case is a model, prompts, options and
the texts with the beams' scores; then logits processors by themselves, with null where a word is forbidden.
"""

import json
import random
import sys

import torch
import transformers
from transformers import BertConfig, BertLMHeadModel, LogitsProcessorList
from transformers.generation import logits_process as process

from formula import fill, hashed

torch.set_default_dtype(torch.float64)
transformers.logging.set_verbosity_error()
models, seed = (int(a) for a in (sys.argv[1:3] + ["12", "1"][len(sys.argv[1:3]) :]))
dice = random.Random(seed)


def draw_config():
    """No head of two columns alone: a norm makes of two numbers always the same two, and beams would tie."""
    heads = dice.choice([1, 2, 4])
    return {
        "vocab_size": dice.randint(12, 40),
        "hidden_size": heads * dice.choice([4, 6, 8]),
        "num_hidden_layers": dice.randint(1, 3),
        "num_attention_heads": heads,
        "intermediate_size": dice.randint(4, 24),
        "max_position_embeddings": 32,
        "position_embedding_type": dice.choice(["absolute", "absolute", "relative_key", "relative_key_query"]),
        "is_decoder": True,
    }


def words(vocabulary, count):
    return [dice.randrange(1, vocabulary) for _ in range(count)]


def draw_options(vocabulary):
    options = {"max_new_tokens": dice.randint(1, 12)}
    if dice.random() < 0.8:
        options["eos_token_id"] = sorted(set(words(vocabulary, dice.randint(1, 3))))
    if dice.random() < 0.3:
        options["min_new_tokens"] = dice.randint(1, 5)
    if dice.random() < 0.4:
        options["repetition_penalty"] = dice.choice([0.7, 1.3, 2.0])
    if dice.random() < 0.4:
        options["no_repeat_ngram_size"] = dice.randint(1, 3)
    if dice.random() < 0.4:
        options["bad_words_ids"] = [words(vocabulary, dice.randint(1, 3)) for _ in range(dice.randint(1, 6))]
    if dice.random() < 0.7:
        options["num_beams"] = dice.randint(2, 5)
        options["num_return_sequences"] = dice.randint(1, options["num_beams"])
        options["length_penalty"] = dice.choice([-1.0, 0.0, 0.5, 1.0, 2.0])
        options["early_stopping"] = dice.choice([False, True, "never"])
    return options


def generated(config, prompts, options):
    model = BertLMHeadModel(BertConfig(**config, pad_token_id=0, attn_implementation="eager")).eval()
    fill(model)
    ids = torch.tensor(prompts)
    out = model.generate(
        ids, attention_mask=torch.ones_like(ids), return_dict_in_generate=True, output_scores=True, do_sample=False, **options
    )
    if any(step.max(1).values.isinf().any() for step in out.scores):
        return None
    scores = out.sequences_scores.tolist() if "sequences_scores" in out else None
    return {"texts": [cut(row, len(prompts[0]), options) for row in out.sequences.tolist()], "scores": scores}


def cut(text, prompt, options):
    """Up to the stop token: behind it stand pads."""
    for i in range(prompt, len(text)):
        if text[i] in options.get("eos_token_id", []):
            return text[: i + 1]
    return text


def model_case():
    """Again and again, until a text always has a word to go on with."""
    config = draw_config()
    length = dice.randint(1, 5)
    prompts = [words(config["vocab_size"], length) for _ in range(dice.randint(1, 3))]
    options = draw_options(config["vocab_size"])
    made = generated(config, prompts, options)
    return {"config": config, "prompts": prompts, "options": options} | made if made else model_case()


def processor_case(number):
    vocabulary, text = 25, words(25, dice.randint(1, 12))
    options = {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2, "bad_words_ids": [[3], text[-1:] + [4], [5, 6, 7]]}
    options |= {"temperature": dice.choice([0.5, 1.7]), "top_k": dice.choice([1, 5, 30]), "top_p": dice.choice([0.0, 0.3, 0.9])}
    options = dict(dice.sample(sorted(options.items()), dice.randint(1, len(options))))
    name, scores = f"scores {number}", hashed(f"scores {number}", (1, vocabulary)) * 8
    made = {
        "repetition_penalty": process.RepetitionPenaltyLogitsProcessor,
        "no_repeat_ngram_size": process.NoRepeatNGramLogitsProcessor,
        "bad_words_ids": process.NoBadWordsLogitsProcessor,
        "temperature": process.TemperatureLogitsWarper,
        "top_k": process.TopKLogitsWarper,
        "top_p": process.TopPLogitsWarper,
    }
    chain = LogitsProcessorList(make(options[key]) for key, make in made.items() if key in options)
    want = chain(torch.tensor([text]), scores)[0].tolist()
    return {
        "scores": name,
        "text": text,
        "options": options,
        "want": [None if x == float("-inf") else float(f"{x:.10g}") for x in want],
    }


cases = [model_case() for _ in range(models)]
print(json.dumps({"models": cases, "processors": [processor_case(i) for i in range(20)]}, separators=(",", ":")))
