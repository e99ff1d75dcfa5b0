#include <fmt/format.h>

#include <filesystem>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/view/inside/study.h"
#include "core/require.h"

namespace apps {

namespace {

namespace inside = bertlet::inside;
namespace io = bertlet::io;
namespace view = bertlet::view;

const std::vector<std::string> probed_things = {"texts", "pairs", "words"};  // as inside::ProbedThings has them
const std::vector<std::string> text_states = {"cls", "mean"};                // as inside::TextState has them

struct ProbeRunOptions {
  CommonOptions common;
  std::string model, data, treebank, dev, things, html, out;
  inside::ProbeOptions linear;
  inside::StructureOptions structure;
  bool force = false;

  void visit(const options::Visitor& f);
};

void ProbeRunOptions::visit(const options::Visitor& f) {
  f({"DIR", &model, "A model directory or a run", {.needed = true, .by_place = true}});
  f({"data", &data, "Labelled texts or words, in any form that finetune reads", {.type = "F"}});
  f({"treebank", &treebank, "Sentences with their trees, in CoNLL-U", {.type = "F.conllu"}});
  f({"dev", &dev, "What is measured on, in the same form; else a fifth of the file", {.type = "F"}});
  f({"html", &html, "A page of one file", {.type = "F"}});
  f({"force", &force, "Replace files that are there"});
  common.visit(f);
  const options::Visitor labels = options::in_group("With --data", f);
  labels({"of",
          &things,
          "What has labels; if not given, words where the file ends in .conll, texts otherwise",
          {.values = probed_things}});
  labels({"text", &linear.columns.text, "Column with the text, by name or number", {.type = "COLUMN"}});
  labels({"text-b", &linear.columns.text_b, "Column with the second text", {.type = "COLUMN"}});
  labels({"label", &linear.columns.label, "Column with the label", {.type = "COLUMN"}});
  labels({"state",
          options::word(&linear.state, text_states),
          "What stands for a text: [CLS], or the mean of all its tokens; for a word it is its first piece",
          {.values = text_states}});
  labels({"max-length", &linear.max_length, "In tokens, with [CLS] and [SEP]", {.least = 3, .most = 1 << 20}});
  labels({"l2", &linear.l2, "How much large weights cost"});
  labels({"most", &linear.most, "Texts or words to learn from, and to measure on; of more, some drawn by --seed"});
  labels({"control", &linear.control, "words: learn a random label for each word, too"});
  const options::Visitor trees = options::in_group("With --treebank", f);
  trees({"rank", &structure.rank, "Dimensions of the space in which distances are the tree's"});
  trees({"epochs", &structure.epochs, "Times that all sentences are learned from", {.least = 0}});
  trees({"batch", &structure.batch, "Sentences at once"});
  trees({"lr", &structure.lr, "Learning rate in the beginning; it falls to 0"});
  trees({"output", &out, "The maps B, as probe.LAYER [rank, H]", {.type = "F.safetensors"}});
}

constexpr const char* about_probe =
    R"(What can be read from each layer by something simple, which is learned while the encoder stays as it is.
  --data      a linear classifier of texts' or words' states: logistic regression, to the end. Accuracy and F1 by layer.
              With --control also the accuracy with random labels, one for each word that there is: what the classifier
              has learned by heart. The difference, the selectivity, is what the layer can take credit for.
  --treebank  the structural probe: a map after which squared distances between words are how far apart they are in the
              sentence's tree. Learned by Adam; UUAS and Spearman's correlation by layer.
Examples: bertlet probe bert-base-uncased --data /tmp/data/train.conll --dev /tmp/data/dev.conll --control
          bertlet probe bert-base-uncased --treebank train.conllu --dev dev.conllu --html /tmp/trees.html)";

// A bar for what is read, then one for what is learned.
class TwoBars {
 public:
  TwoBars(int64_t texts, int64_t rounds, const char* unit, bool quiet)
      : texts_(texts), rounds_(rounds), unit_(unit), quiet_(quiet) {}

  void read(int64_t texts) {
    if (!bar_) bar_.emplace("reading", texts_, Progress::Unit{1, "texts"}, quiet_);
    bar_->at(texts);
  }
  void learned(int64_t rounds) {
    if (!learns_) bar_.reset();
    learns_ = true;
    if (!bar_) bar_.emplace("learning", rounds_, Progress::Unit{1, unit_}, quiet_);
    bar_->at(rounds);
  }
  void wipe() { bar_.reset(); }

 private:
  int64_t texts_, rounds_;
  const char* unit_;
  bool quiet_, learns_ = false;
  std::optional<Progress> bar_ = {};
};

inside::ProbedThings things_of(const ProbeRunOptions& options) {
  for (std::size_t i = 0; i < probed_things.size(); ++i)
    if (probed_things[i] == options.things) return static_cast<inside::ProbedThings>(i);
  const bool are_words = std::filesystem::path(options.data).extension() == ".conll";
  return are_words ? inside::ProbedThings::words : inside::ProbedThings::texts;
}

std::string title_of(const ProbeRunOptions& options) {
  return fmt::format("{} on {}", options.model, options.data.empty() ? options.treebank : options.data);
}

void show(const ProbeRunOptions& options, const std::string& text, const io::Json& json, const std::string& page) {
  if (!options.html.empty()) io::write_file(options.html, page);
  if (options.common.json)
    fmt::print("{}\n", json.dump({.mends_strings = true}));
  else if (!options.common.quiet || options.html.empty())
    fmt::print("{}", text);
}

void run_linear(const ProbeRunOptions& options, const inside::TextEncoder& encoder) {
  inside::ProbeOptions how = options.linear;
  how.things = things_of(options);
  how.seed = options.common.seed;
  auto train = inside::read_probed(options.data, how);
  decltype(train) dev;
  if (options.dev.empty())
    std::tie(train, dev) = inside::held_out(train, how.seed);
  else
    dev = inside::read_probed(options.dev, how);
  TwoBars bars(std::ssize(train.rows) + std::ssize(dev.rows), encoder.layers(), "layers", options.common.quiet);
  how.read = [&](int64_t texts) { bars.read(texts); };
  how.learned = [&](int64_t layers) { bars.learned(layers); };
  const inside::ProbeReport report = inside::probe(encoder, train, dev, how);
  bars.wipe();
  show(options, view::probe_text(report, screen_colours()), view::probe_json(report),
       view::probe_page(report, title_of(options)));
}

void write_maps(const std::string& file, const inside::StructureReport& report) {
  std::vector<io::OutgoingTensor> maps;
  for (std::size_t layer = 0; layer < report.layers.size(); ++layer)
    maps.push_back(io::outgoing(fmt::format("probe.{}", layer), report.layers[layer].map));
  io::write_safetensors(file, maps);
}

void run_structural(const ProbeRunOptions& options, const inside::TextEncoder& encoder) {
  inside::StructureOptions how = options.structure;
  how.rank = std::min(how.rank, encoder.model.config.hidden_size);
  how.seed = options.common.seed;
  std::vector<inside::TreeSentence> all = inside::read_treebank(options.treebank);
  auto [train, dev] = options.dev.empty() ? inside::held_out(std::move(all), how.seed)
                                          : std::pair(std::move(all), inside::read_treebank(options.dev));
  TwoBars bars(std::ssize(train) + std::ssize(dev), encoder.layers() * how.epochs, "epochs", options.common.quiet);
  how.read = [&](int64_t texts) { bars.read(texts); };
  how.learned = [&](int64_t epochs) { bars.learned(epochs); };
  const inside::StructureReport report = inside::structural_probe(encoder, std::move(train), std::move(dev), how);
  bars.wipe();
  if (!options.out.empty()) write_maps(options.out, report);
  show(options, view::structure_text(report, screen_colours()), view::structure_json(report),
       view::structure_page(report, title_of(options)));
}

int run_probe(const ProbeRunOptions& options) {
  if (options.data.empty() == options.treebank.empty()) throw WrongUsage("want --data F or --treebank F");
  if (!options.out.empty() && options.treebank.empty()) throw WrongUsage("--output: want --treebank with it");
  for (const std::string& file : {options.html, options.out})
    if (!file.empty()) require_new(file, options.force);
  options.common.apply();
  const inside::TextEncoder encoder = inside::read_text_encoder(options.model);
  options.data.empty() ? run_structural(options, encoder) : run_linear(options, encoder);
  return 0;
}

}  // namespace

void add_probe(const Command& program) {
  const auto options = std::make_shared<ProbeRunOptions>();
  Command command = program.add("probe", "What can be read from each layer: labels, trees of sentences", about_probe);
  command.options(*options);
  command.runs([options] { return run_probe(*options); });
}

}  // namespace apps
