#include <algorithm>
#include <numeric>

#include "apps/bertlet/model/model_files.h"
#include "apps/bertlet/progress.h"
#include "bert/heads/word_head.h"
#include "bert/inside/attention_flow.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/io/formats/npz_writer.h"
#include "bert/io/formats/safetensors.h"
#include "bert/view/attention/attention_page.h"
#include "bert/view/attention/attention_text.h"
#include "core/ops.h"
#include "core/require.h"
#include "core/warning.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace inside = bertlet::inside;
namespace text = bertlet::text;
namespace view = bertlet::view;
using bertlet::Array;
using bertlet::io::Json;

struct AttentionViewOptions {
  CommonOptions common;
  std::string directory, first, second, beside, file, html, safetensors, npz;
  std::vector<std::string> also;
  std::vector<int64_t> layers, heads;
  bool in_terminal = false, flow = false, force = false;

  void visit(const options::Visitor& f);
};

void AttentionViewOptions::visit(const options::Visitor& f) {
  f({"directory", &directory, "A model directory or a run", {.type = "DIR", .needed = true, .by_place = true}});
  f({"first", &first, "A text", {.type = "TEXT", .by_place = true}});
  f({"second", &second, "A second text behind it", {.type = "TEXT_B", .by_place = true}});
  f({"html", &html, "A page of one file", {.type = "F"}});
  f({"text", &in_terminal, "Pictures made of characters; that is also what comes without any of these"});
  f({"safetensors", &safetensors, "All numbers", {.type = "F"}});
  f({"npz", &npz, "The same for numpy", {.type = "F"}});
  f({"flow", &flow, "Among the numbers: the attention flow, which takes a while for long texts"});
  f({"layers",
     &layers,
     "Which layers, from 0. If neither these nor heads are given, the page has all that keep it below 1 MB for up to "
     "64 tokens, below 12 MB for more; --text has the last one",
     {.least = 0}});
  f({"heads", &heads, "Which heads, from 0; --text: else their mean", {.least = 0}});
  f({"also", &also, "Another text; between two that belong together stands a tab", {.type = "TEXT"}});
  f({"file", &file, "Texts, one on each line, in the same form", {.type = "F"}});
  f({"beside", &beside, "A second model, for the same texts", {.type = "DIR"}});
  f({"force", &force, "Replace a file that is there"});
  common.visit(f);
}

constexpr const char* about_attention =
    R"(Where a model looks: the attention of every layer and head on a text, as a page of one file that needs no network, as
numbers, or in the terminal. The page shows lines between tokens, all heads in small, a head as a matrix, how query, key
and value make it, a token through all layers, and statistics of the heads; with a head for masked words also what the
model would say at each place. Weights are α, or ‖α f(x)‖: what a token hands on.

The numbers are, for each layer L: layer.L.query, key, value and context [heads, tokens, columns], scores and
probabilities [heads, tokens, tokens], norms [heads, tokens] = ‖f(x)‖, together and rollout [tokens, tokens];
with --flow also `flow` [tokens, tokens] from the last layer to the inputs.

Example: bertlet attention bert-base-uncased 'The cat sat.' 'It was tired.' --html /tmp/attention.html)";

using Texts = std::vector<std::pair<std::string, std::string>>;

std::pair<std::string, std::string> cut_at_tab(std::string_view line) {
  const std::size_t tab = std::min(line.size(), line.find('\t'));
  return {std::string(line.substr(0, tab)), std::string(line.substr(std::min(line.size(), tab + 1)))};
}

Texts texts_of(const AttentionViewOptions& options) {
  Texts texts;
  if (!options.first.empty()) texts.emplace_back(options.first, options.second);
  for (const std::string& each : options.also) texts.push_back(cut_at_tab(each));
  if (!options.file.empty()) {
    bertlet::io::LineBlocks blocks(options.file);
    for (const auto* lines = &blocks.next(); !lines->empty(); lines = &blocks.next())
      for (const std::string_view line : *lines)
        if (!line.empty()) texts.push_back(cut_at_tab(line));
  }
  if (texts.empty()) throw WrongUsage("want TEXT, --also TEXT or --file F");
  return texts;
}

// An encoder, and its head for masked words where the model has one.
struct EncoderAlone {
  bert::Model bert;
  std::optional<bert::WordHead> words = {};

  explicit EncoderAlone(const bert::Config& config) : bert(config, bert::WithPooler::no) {
    const std::string head = bert::head_of(config);
    if (head == "masked-lm" || head == "pretraining") words.emplace(bert, bert::WhichWord::here);
  }

  void visit(auto&& f) {
    f("bert", bert);
    if (words) words->visit(f);
  }
};

// A model that is shown texts.
class Gallery {
 public:
  Gallery(const std::string& directory, const CommonOptions& common)
      : name_(std::filesystem::path(directory).lexically_normal().string()),
        tokenizer_(read_model_tokenizer(directory, common)),
        model_(load_model<EncoderAlone>(read_model_config(directory), directory, common)) {}

  view::AttentionExhibit exhibit(const std::string& a, const std::string& b) const {
    const text::Encoding encoding = b.empty() ? tokenizer_.encode(a) : tokenizer_.encode(a, b);
    const int64_t most = model_.bert.config.max_position_embeddings;
    bertlet::require(encoding.size() <= most,
                     "attention: got a text of {} tokens, want at most {}: {} has no more positions", encoding.size(),
                     most, name_);
    view::AttentionExhibit to{.model = name_,
                              .text = a,
                              .text_b = b,
                              .tokens = inside::tokens_of(encoding, tokenizer_),
                              .maps = inside::attention_maps(model_.bert, {encoding.ids, encoding.types})};
    if (model_.words) to.guesses = guesses(to.maps.states);
    return to;
  }

 private:
  static constexpr int guessed = 5;  // words for each token

  std::vector<std::vector<view::Guess>> guesses(const bertlet::Tensor& states) const {
    std::vector<std::vector<view::Guess>> all;
    const Array p = softmax(model_.words->predictions(states)).value();  // [T, V]
    for (int64_t row = 0; row < p.shape()[0]; ++row) all.push_back(best(p.rows(row, row + 1)));
    return all;
  }

  std::vector<view::Guess> best(const Array& p) const {
    std::vector<int64_t> ids(bertlet::to_size(p.size()));
    std::iota(ids.begin(), ids.end(), 0);
    const auto end = ids.begin() + std::min<std::ptrdiff_t>(guessed, std::ssize(ids));
    std::ranges::partial_sort(ids, end, std::greater(), [&](int64_t id) { return p[id]; });
    std::vector<view::Guess> guesses;
    for (auto id = ids.begin(); id < end; ++id)
      if (*id < tokenizer_.vocabulary().size()) guesses.push_back({tokenizer_.vocabulary().token(*id), p[*id]});
    return guesses;
  }

  std::string name_;
  text::Tokenizer tokenizer_;
  EncoderAlone model_;
};

// --- what becomes of an exhibit --------------------------------------------------------------------------------------

using Named = std::vector<std::pair<std::string, Array>>;

void add_numbers(const inside::AttentionMaps& maps, const std::string& prefix, Named& to) {
  const std::vector<Array> rollout = inside::rollout(maps);
  for (std::size_t l = 0; l < maps.layers.size(); ++l) {
    const inside::LayerMaps& layer = maps.layers[l];
    for (const auto& [name, array] :
         std::initializer_list<std::pair<const char*, const Array&>>{{"query", layer.query},
                                                                     {"key", layer.key},
                                                                     {"value", layer.value},
                                                                     {"scores", layer.scores},
                                                                     {"probabilities", layer.probabilities},
                                                                     {"context", layer.context},
                                                                     {"norms", layer.norms},
                                                                     {"together", layer.together},
                                                                     {"rollout", rollout[l]}})
      to.emplace_back(fmt::format("{}layer.{}.{}", prefix, l, name), array);
  }
}

Json json_of(const view::AttentionExhibit& exhibit) {
  Json json{{"model", exhibit.model}, {"tokens", Json::array()}, {"heads", Json::array()}};
  for (const inside::Token& token : exhibit.tokens) json["tokens"].push_back(token.text);
  for (const inside::HeadStatistics& each : inside::head_statistics(exhibit.maps, exhibit.tokens)) {
    Json& to = json["heads"].push_back({{"layer", each.layer}, {"head", each.head}, {"kind", inside::kind(each)}});
    for (const auto& [name, value] : inside::named(each)) to[name] = value;
  }
  return json;
}

// Takes exhibits one after another, so that the numbers of one are gone before the next is made.
class Results {
 public:
  Results(const AttentionViewOptions& options, std::size_t exhibits)
      : options_(options),
        page_(exhibits, {.layers = options.layers, .heads = options.heads}),
        several_(exhibits > 1) {}

  void add(const view::AttentionExhibit& exhibit) {
    if (!options_.html.empty()) {
      const std::string remark = page_.add(exhibit);
      if (!remark.empty() && !options_.common.quiet) bertlet::say(fmt::format("bertlet attention: {}", remark));
    }
    if (!options_.safetensors.empty() || !options_.npz.empty())
      add_all_numbers(exhibit.maps, several_ ? fmt::format("text.{}.", count_) : "");
    ++count_;
    if (options_.common.json)
      fmt::print("{}\n", json_of(exhibit).dump({.mends_strings = true}));
    else if (options_.in_terminal || !has_file())
      fmt::print("{}", view::attention_text(exhibit, {.layers = options_.layers, .heads = options_.heads}));
  }

  void write() const {
    if (!options_.html.empty()) written(options_.html, [&] { bertlet::io::write_file(options_.html, page_.html()); });
    if (!options_.safetensors.empty()) written(options_.safetensors, [&] { write_safetensors(); });
    if (!options_.npz.empty()) written(options_.npz, [&] { bertlet::io::write_npz(options_.npz, numbers_); });
  }

 private:
  void add_all_numbers(const inside::AttentionMaps& maps, const std::string& prefix) {
    add_numbers(maps, prefix, numbers_);
    if (!options_.flow) return;
    Progress bar("flow", maps.tokens(), {1, "tokens"}, options_.common.quiet);
    numbers_.emplace_back(prefix + "flow", inside::attention_flow(maps, [&](int64_t rows) { bar.at(rows); }));
    bar.wipe();
  }

  bool has_file() const { return !(options_.html.empty() && options_.safetensors.empty() && options_.npz.empty()); }

  void write_safetensors() const {
    std::vector<bertlet::io::OutgoingTensor> tensors;
    for (const auto& [name, array] : numbers_) tensors.push_back(bertlet::io::outgoing(name, array));
    bertlet::io::write_safetensors(options_.safetensors, tensors);
  }

  template <class F>
  void written(const std::string& path, const F& f) const {
    f();
    const double bytes = static_cast<double>(std::filesystem::file_size(path));
    if (!options_.common.quiet && !options_.common.json) fmt::print("{} is written, {:.2f} MB\n", path, bytes / 1e6);
  }

  const AttentionViewOptions& options_;
  view::AttentionPage page_;
  Named numbers_ = {};
  bool several_;
  std::size_t count_ = 0;
};

int run_attention(const AttentionViewOptions& options) {
  const Texts texts = texts_of(options);
  if (options.flow && options.safetensors.empty() && options.npz.empty())
    throw WrongUsage("--flow: want --npz F or --safetensors F with it");
  for (const std::string& path : {options.html, options.safetensors, options.npz})
    bertlet::require(path.empty() || options.force || !std::filesystem::is_regular_file(path),
                     "{}: is there already, want --force to write over it", path);
  options.common.apply();
  std::vector<std::string> models{options.directory};
  if (!options.beside.empty()) models.push_back(options.beside);
  const std::size_t exhibits = models.size() * texts.size();
  Results results(options, exhibits);
  Progress bar("looking", static_cast<int64_t>(exhibits), {1, "texts"}, options.common.quiet);
  int64_t done = 0;
  for (const std::string& model : models) {
    const Gallery gallery(model, options.common);
    for (const auto& [a, b] : texts) {
      results.add(gallery.exhibit(a, b));
      bar.at(++done);
    }
  }
  bar.wipe();
  results.write();
  return 0;
}

}  // namespace

void add_attention(const Command& program) {
  const auto options = std::make_shared<AttentionViewOptions>();
  Command command = program.add("attention", "Where a model looks: pictures and numbers of its heads", about_attention);
  command.options(*options);
  command.runs([options] { return run_attention(*options); });
}

}  // namespace apps
