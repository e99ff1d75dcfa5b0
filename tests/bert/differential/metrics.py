"""Metrics beside scikit-learn, scipy, seqeval and transformers' copy of SQuAD's script, on random labels and texts.

usage: python tests/bert/differential/metrics.py build/tests/measure [CASES] [SEED]
scikit-learn 1.9.1, scipy 1.17.1, seqeval 1.2.2, transformers 4.44.2; what is not installed is skipped.
"""
import importlib
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import types
import warnings

import strings

warnings.filterwarnings("ignore")


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"skipped: {name} is not installed for {sys.executable}")
        return None


sklearn, scipy, seqeval = optional("sklearn.metrics"), optional("scipy.stats"), optional("seqeval.metrics")
squad = optional("transformers.data.metrics.squad_metrics")
count, seed = (int(a) for a in (sys.argv[2:4] + ["300", "1"][len(sys.argv[2:4]) :]))
dice = random.Random(seed)
differences = 0

measure = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")


def ours(metric, **given):
    measure.stdin.write(json.dumps({"metric": metric, **given}) + "\n")
    measure.stdin.flush()
    return json.loads(measure.stdout.readline())


def same(got, want):
    if isinstance(want, dict):
        return got.keys() == want.keys() and all(same(got[key], want[key]) for key in want)
    if isinstance(want, (list, tuple)):
        return len(got) == len(want) and all(same(a, b) for a, b in zip(got, want))
    if isinstance(want, str):
        return got == want
    return math.isclose(got, float(want), rel_tol=1e-9, abs_tol=1e-12)


def compare(what, got, want, given):
    global differences
    if same(got, want):
        return
    differences += 1
    if differences <= 5:
        print(f"{what}: got {ascii(got)}\n  want {ascii(want)}\n  for {ascii(given)}")


def averages(score, *arguments, **options):
    rows = [score(*arguments, average=average, zero_division=0, **options) for average in ("micro", "macro", "weighted")]
    return [list(row[:3]) for row in rows]


def without_support(rows):
    return [row[:3] for row in rows]


def classification():
    classes, n = dice.randint(2, 5), dice.randint(1, 40)
    gold, predicted = dice.choices(range(classes), k=n), dice.choices(range(classes), k=n)
    weights = [dice.choice([0.5, 1, 3]) for _ in range(n)] if dice.random() < 0.5 else []
    weighed = {"sample_weight": weights or None}
    got = ours("classification", gold=gold, predicted=predicted, classes=classes, weights=weights)
    labels = sklearn.precision_recall_fscore_support(gold, predicted, labels=range(classes), zero_division=0, **weighed)
    want = {
        "accuracy": sklearn.accuracy_score(gold, predicted, **weighed),
        "matthews": sklearn.matthews_corrcoef(gold, predicted, **weighed),
        "labels": [list(row) for row in zip(*labels)],
        "means": averages(sklearn.precision_recall_fscore_support, gold, predicted, **weighed),
    }
    got["means"] = without_support(got["means"])
    compare("classification", got, want, (gold, predicted, weights))


def multilabel():
    labels, n = dice.randint(2, 5), dice.randint(1, 20)
    rows = lambda: [[dice.randint(0, 1) for _ in range(labels)] for _ in range(n)]
    gold, predicted = rows(), rows()
    gold[0], predicted[0] = [1] * labels, [1] * labels  # scikit-learn's mean takes in labels that do not occur; ours not
    got = ours("multilabel", gold=sum(gold, []), predicted=sum(predicted, []), labels=labels)
    each = sklearn.precision_recall_fscore_support(gold, predicted, zero_division=0)
    want = {
        "subset": sklearn.accuracy_score(gold, predicted),
        "hamming": sklearn.hamming_loss(gold, predicted),
        "labels": [list(row) for row in zip(*each)],
        "means": averages(sklearn.precision_recall_fscore_support, gold, predicted),
    }
    got["means"] = without_support(got["means"])
    compare("multilabel", got, want, (gold, predicted))


def auc():
    classes, n = dice.choice([2, 2, 3, 4]), dice.randint(4, 30)
    gold = list(range(classes)) + dice.choices(range(classes), k=n)
    if classes == 2:
        scores = [dice.choice([0.1, 0.2, 0.5, dice.random()]) for _ in gold]
        compare("auc", ours("auc", gold=gold, scores=scores), sklearn.roc_auc_score(gold, scores), (gold, scores))
        return
    rows = [[dice.choice([1, 2, 3]) for _ in range(classes)] for _ in gold]
    rows = [[x / sum(row) for x in row] for row in rows]
    want = sklearn.roc_auc_score(gold, rows, multi_class="ovr", average="macro")
    compare("auc", ours("auc", gold=gold, scores=sum(rows, []), classes=classes), want, (gold, rows))


def correlation():
    n = dice.randint(3, 30)
    draw = lambda: [dice.choice([1, 2, 3, dice.gauss(0, 10)]) for _ in range(n - 2)] + [0.5, 7]
    x, y = draw(), draw()
    want = {
        "pearson": scipy.pearsonr(x, y)[0],
        "spearman": scipy.spearmanr(x, y)[0],
        "mse": sum((a - b) ** 2 for a, b in zip(x, y)) / n,
        "mae": sum(abs(a - b) for a, b in zip(x, y)) / n,
    }
    compare("correlation", ours("correlation", x=x, y=y), want, (x, y))


PREFIXES = {None: "BIES", "IOB1": "BI", "IOB2": "BI", "IOE1": "IE", "IOE2": "IE", "IOBES": "BIES", "BILOU": "BILU"}


def entities():
    scheme = dice.choice(list(PREFIXES))
    tags = ["O"] + [f"{prefix}-{name}" for prefix in PREFIXES[scheme] for name in ("PER", "A-B")] + list(PREFIXES[scheme][:2])
    lengths = [dice.randint(1, 8) for _ in range(dice.randint(1, 6))]
    gold, predicted = ([dice.choices(tags, k=n) for n in lengths] for _ in range(2))
    score = importlib.import_module("seqeval.metrics.v1" if scheme else "seqeval.metrics.sequence_labeling").precision_recall_fscore_support
    options = {"scheme": getattr(importlib.import_module("seqeval.scheme"), scheme)} if scheme else {}
    got = ours("entities", gold=gold, predicted=predicted, **({"scheme": scheme} if scheme else {}))
    want = averages(score, gold, predicted, **options)
    each = score(gold, predicted, average=None, zero_division=0, **options)
    if got["types"]:  # of no type at all its mean is NaN
        compare("entities", without_support(got["means"]), want, (scheme, gold, predicted))
    if scheme in ("IOB2", "IOE2", "IOBES", "BILOU"):  # found from the labels, too
        labels = ["O"] + [f"{prefix}-{name}" for prefix in PREFIXES[scheme] for name in ("PER", "A-B")]
        compare("found scheme", ours("entities", gold=gold, predicted=predicted, labels=labels), got, (scheme, labels))
    if scheme == "IOBES":  # with M for I it is BMES, which seqeval does not know
        as_bmes = lambda sentences: [[tag.replace("I", "M", 1) if tag[0] == "I" else tag for tag in tags] for tags in sentences]
        compare("bmes", ours("entities", gold=as_bmes(gold), predicted=as_bmes(predicted), scheme="BMES"), got, (gold, predicted))
    compare("types", [got["types"][name] for name in sorted(got["types"])], [list(row) for row in zip(*each)], (scheme, gold, predicted))
    compare("tags", got["accuracy"], seqeval.accuracy_score(gold, predicted), (gold, predicted))


def phrase():
    words = ["the", "a", "an", "The", "cat", "Cat", "cat's", "10", "-", "–", "a²", "ΑΣ", "İ", "e\u0301", "\u00a0", "a\u0301"]
    if dice.random() < 0.2:
        return strings.texts(1, dice.randrange(10**9))[0].decode("utf-8", "ignore")
    return dice.choice([" ", "  ", "-"]).join(dice.choices(words, k=dice.randint(0, 5)))


def answers_scored():
    questions = [{"gold": [phrase() for _ in range(dice.randint(0, 3))], "predicted": phrase()} for _ in range(20)]
    questions[0]["gold"] = ["cat"]  # its script divides by the number of questions with an answer
    no_answer = [dice.choice([0.1, 0.5, dice.random()]) for _ in questions]
    examples = [types.SimpleNamespace(qas_id=i, answers=[{"text": t} for t in q["gold"]]) for i, q in enumerate(questions)]
    predictions = {i: q["predicted"] for i, q in enumerate(questions)}
    threshold = dice.random()
    want = squad.squad_evaluate(examples, predictions, dict(enumerate(no_answer)), threshold)
    got = ours("squad", questions=questions, no_answer=no_answer, threshold=threshold)
    compare("squad", got["all"], [want["exact"], want["f1"]], questions)
    compare("best exact", got["best_exact"], [want["best_exact"], want["best_exact_thresh"]], questions)
    compare("best f1", got["best_f1"], [want["best_f1"], want["best_f1_thresh"]], questions)
    exact, f1 = squad.get_raw_scores(examples, predictions)
    compare("each", got["each"], [[exact[i], f1[i]] for i in predictions], questions)


VOCABULARY = "[PAD] [UNK] [CLS] [SEP] [MASK] the a cat ##s dog sat ran and on mat . , ' - b ##c ##d ( ) cafe 1 0 ##0".split()
WORDS = "The a Cats dog's SAT ran, and (on) mat. bcd café 1,000 1000 zebra dog-cat Cat".split()


def original():
    text = " ".join(dice.choices(WORDS, k=dice.randint(1, 5)))
    lower = dice.random() < 0.7
    part = text.lower().split()
    part = " ".join(part[: dice.randint(1, len(part))]).replace(".", " .").strip(".,") or "x"
    want = squad.get_final_text(part, text, lower)
    compare("original", ours("original", normalised=part, text=text, lower_case=lower), want, (part, text, lower))


class NumpyOfOld:
    """transformers 4.44 asks where a single number is not 0, which numpy 2 refuses."""

    def __init__(self, numpy):
        self.numpy = numpy

    def __getattr__(self, name):
        return getattr(self.numpy, name)

    def where(self, condition):
        return self.numpy.where(self.numpy.atleast_1d(condition))


class Asker:
    """Questions about passages of random words, with random scores, through all of transformers' own steps."""

    def __init__(self, folder):
        self.processor = importlib.import_module("transformers.data.processors.squad")
        self.processor.np = NumpyOfOld(self.processor.np)
        self.folder = folder
        self.vocab = os.path.join(folder, "vocab.txt")
        with open(self.vocab, "w") as file:
            file.write("\n".join(VOCABULARY) + "\n")
        self.tokenizer = importlib.import_module("transformers").BertTokenizer(self.vocab)
        # As run_squad.py; transformers leaves ## before the first piece, and then finds it nowhere.
        self.tokenizer.convert_tokens_to_string = lambda tokens: " ".join(tokens).replace(" ##", "").replace("##", "")
        self.processor.squad_convert_example_to_features_init(self.tokenizer)

    def ask(self):
        data = os.path.join(self.folder, "questions.json")
        passage, question = (" ".join(dice.choices(WORDS, k=dice.randint(*k))) for k in ((3, 40), (1, 4)))
        with open(data, "w") as file:
            qas = [{"id": "1", "question": question, "answers": []}]
            json.dump({"data": [{"title": "", "paragraphs": [{"context": passage, "qas": qas}]}]}, file)
        example = self.processor.SquadExample("1", question, passage, "", None, "", [], True)
        options = {"max_length": 30, "stride": dice.choice([5, 10]), "max_question_length": 8}
        features = self.processor.squad_convert_example_to_features(
            example, options["max_length"], options["stride"], options["max_question_length"], "do_not_pad", False)
        for number, feature in enumerate(features):
            feature.example_index, feature.unique_id = 0, number
        draw = lambda f: [round(dice.gauss(0, 2) * 8) / 8 for _ in f.tokens]  # exact in float, and some of them equal
        scores = [{"begin": draw(f), "end": draw(f)} for f in features]
        choice = {"n_best": dice.choice([3, 20]), "longest": dice.choice([3, 30]), "may_have_none": dice.random() < 0.7}
        want = self.theirs(example, features, scores, choice)
        if any(entry["text"] == "empty" for entry in want["candidates"]):  # what it says when there is nothing to say
            return
        got = ours("answers", file=data, vocab=self.vocab, scores=[scores], **options, **choice)[0]
        given = (passage, question, choice)
        compare("candidates", got["candidates"], [[c["text"], c["probability"]] for c in want["candidates"]], given)
        compare("answer", got["text"], want["text"], given)
        if choice["may_have_none"]:
            compare("none", got["none"], want["none"], given)

    def theirs(self, example, features, scores, choice):
        results = [types.SimpleNamespace(unique_id=i, start_logits=s["begin"], end_logits=s["end"]) for i, s in enumerate(scores)]
        files = [os.path.join(self.folder, name) for name in ("predictions", "nbest", "none")]
        predictions = squad.compute_predictions_logits(
            [example], features, results, choice["n_best"], choice["longest"], True, *files, False, choice["may_have_none"],
            0.0, self.tokenizer)
        with open(files[1]) as file:
            candidates = json.load(file)["1"]
        none = json.load(open(files[2]))["1"] if choice["may_have_none"] else None
        return {"text": predictions["1"], "candidates": candidates, "none": none}


with tempfile.TemporaryDirectory() as folder:
    tests = []
    if sklearn:
        tests += [classification, multilabel, auc]
    if scipy:
        tests += [correlation]
    if seqeval:
        tests += [entities]
    if squad:
        tests += [answers_scored, original, Asker(folder).ask]
    for test in tests:
        before = differences
        for _ in range(count):
            test()
        print(f"{test.__name__}: {count} cases, {differences - before} differ")
measure.stdin.close()
sys.exit(1 if differences or measure.wait() else 0)
