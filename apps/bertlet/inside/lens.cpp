#include "bert/view/inside/lens.h"

#include <fmt/format.h>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/json/document.h"
#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace inside = bertlet::inside;
namespace io = bertlet::io;
namespace text = bertlet::text;

struct LensRunOptions {
  CommonOptions common;
  std::string directory, text, pair, html, out;
  std::vector<std::string> words;
  std::vector<int64_t> layers;
  std::optional<int64_t> token;
  int64_t top_k = 5;
  bool hide = false;

  void visit(const options::Visitor& f) {
    f({"DIR", &directory, "A model directory or a run", {.needed = true, .by_place = true}});
    f({"TEXT", &text, "May have [MASK] in it", {.needed = true, .by_place = true}});
    f({"TEXT_B", &pair, "A second text behind it", {.by_place = true}});
    f({"hide", &hide, "Each token is read with [MASK] in its place"});
    f({"word", &words, "What should stand at the text's [MASK]s, in order", {.type = "WORD"}});
    f({"layers", &layers, "Only these; 0: the embeddings", {.least = 0}});
    f({"token", &token, "One token alone, with the --top-k words of each layer; 0: [CLS]", {.least = 0}});
    f({"top-k", &top_k, "How many words of each layer", {.most = 1 << 20}});
    f({"html", &html, "A page of one file, with the likeliest words where the pointer is", {.type = "F"}});
    f({"output", &out, "All scores: lens.LAYER [tokens, words]", {.type = "F.safetensors"}});
    common.visit(f);
  }
};

constexpr const char* about_lens =
    R"(The logit lens: the head for masked words, which was trained on the last layer's states, is given each layer's. A row of
the grid is a token, a column a layer; in it stand the word that is likeliest there and the rank of the word that really
stands in the text. At [MASK] that is --word or, without one, what the last layer says.

A BERT is given the very words that it shall find, and mostly repeats them: --hide reads each token from a text in which it
is hidden.

Examples: bertlet lens bert-base-uncased 'Paris is the [MASK] of France.'
          bertlet lens bert-base-uncased 'Paris is the capital of France.' --hide --token 4)";

std::vector<int64_t> ids_of(const std::vector<std::string>& words, const text::Tokenizer& tokenizer) {
  std::vector<int64_t> to;
  for (const std::string& word : words) {
    const std::vector<int64_t> ids = tokenizer.encode(word, {.special = false}).ids;
    bertlet::require(ids.size() == 1, "--word: '{}' is {} tokens, want one", word, ids.size());
    to.push_back(ids[0]);
  }
  return to;
}

void write_scores(const LensRunOptions& options, const inside::LanguageModel& model, const text::Encoding& encoding) {
  bertlet::Pass pass;
  const bert::Encoded encoded =
      model.network.bert(bert::Batch::of({{encoding.ids, encoding.types}}), pass, {.hidden_states = true});
  std::vector<io::OutgoingTensor> tensors;
  for (std::size_t layer = 0; layer < encoded.hidden_states.size(); ++layer)
    tensors.push_back(io::outgoing(fmt::format("lens.{}", layer),
                                   inside::lens_scores(model.network, encoded.hidden_states[layer]).value()));
  io::write_safetensors(options.out, tensors);
}

int run_lens(const LensRunOptions& options) {
  if (options.hide && !options.out.empty()) throw WrongUsage("got --hide and --output, want one of them");
  options.common.apply();
  const inside::LanguageModel model = inside::read_language_model(options.directory);
  const text::Encoding encoding = model.encoded(text::valid_utf8(options.text), text::valid_utf8(options.pair));
  const auto tokens = std::ssize(encoding.ids);
  Progress progress("reading", options.hide ? tokens : 0, {1, "tokens"}, options.common.quiet || !options.hide);
  const inside::Lens lens = logit_lens(model, encoding,
                                       {.shown = options.hide ? inside::Shown::hidden : inside::Shown::text,
                                        .top_k = options.top_k,
                                        .words = ids_of(options.words, model.tokenizer),
                                        .progress = [&](int64_t done) { progress.at(done); }});
  progress.wipe();
  bertlet::require(!lens.rows.empty(), "lens: got a text without tokens, want some");
  if (!options.out.empty()) write_scores(options, model, encoding);
  const bertlet::view::LensForm form{
      .layers = options.layers, .columns = screen_columns(), .colours = screen_colours()};
  if (!options.html.empty())
    io::write_file(options.html, bertlet::view::lens_page(model, encoding, lens, form, options.text));
  if (options.common.json)
    fmt::print("{}\n", bertlet::view::lens_json(model, encoding, lens, form).dump({.mends_strings = true}));
  else if (options.token)
    fmt::print("{}", bertlet::view::lens_text_of(*options.token, model, encoding, lens, form));
  else if (!options.common.quiet || (options.html.empty() && options.out.empty()))
    fmt::print("{}", bertlet::view::lens_text(model, encoding, lens, form));
  return 0;
}

}  // namespace

void add_lens(const Command& program) {
  const auto options = std::make_shared<LensRunOptions>();
  Command command =
      program.add("lens", "What each layer would say: the head for masked words on all of them", about_lens);
  command.options(*options);
  command.runs([options] { return run_lens(*options); });
}

}  // namespace apps
