#include "bert/view/inside/trace.h"

#include <fmt/format.h>

#include "apps/bertlet/command.h"
#include "bert/io/files/file.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/json/document.h"
#include "bert/text/unicode/utf8.h"
#include "core/require.h"

namespace apps {

namespace {

namespace inside = bertlet::inside;
namespace io = bertlet::io;

struct TraceRunOptions {
  CommonOptions common;
  std::string directory, text, pair, html, out;
  inside::TraceOptions how;
  std::optional<int64_t> layer;

  void visit(const options::Visitor& f) {
    f({"DIR", &directory, "A model directory or a run", {.needed = true, .by_place = true}});
    f({"TEXT", &text, "What is read", {.needed = true, .by_place = true}});
    f({"TEXT_B", &pair, "A second text behind it", {.by_place = true}});
    f({"layer", &layer, "Only this one, from 0, with more of its numbers", {.least = 0}});
    f({"grad", &how.gradient, "Also the way back: of each tensor the norm of its gradient"});
    f({"label", &how.label, "--grad: goes back from the loss with this class, tag or word; else with what is said"});
    f({"top-k", &how.top_k, "How many of the likeliest words or labels are shown", {.most = 1 << 20}});
    f({"output", &out, "All tensors, and grad.NAME, in a file", {.type = "F.safetensors"}});
    f({"html", &html, "A page of one file, with the paper's figure to choose from", {.type = "F"}});
    common.visit(f);
  }
};

constexpr const char* about_trace =
    R"(A text on its way through a model: every tensor in order, with the formula that makes it, its shape, mean, standard
deviation, least and largest number and norm, and its first numbers; then what the model says. N tokens, H hidden, A heads
of size D, F feed-forward, V words. Scores and probabilities are [A, N, N]; the first numbers are those of the first head.

With --grad the way back: the gradient of the loss that there would be if what the model says, or --label, were right.

Example: bertlet trace bert-base-uncased 'Paris is the [MASK] of France.' --layer 3)";

void write(const std::string& file, const inside::Trace& trace) {
  std::vector<io::OutgoingTensor> tensors;
  for (const inside::Step& step : trace.steps) {
    tensors.push_back(io::outgoing(step.name, step.value));
    if (step.gradient.size() > 0) tensors.push_back(io::outgoing("grad." + step.name, step.gradient));
  }
  io::write_safetensors(file, tensors);
}

int run_trace(const TraceRunOptions& options) {
  if (!options.how.label.empty() && !options.how.gradient) throw WrongUsage("--label: want --grad with it");
  options.common.apply();
  const inside::TracedModel model = inside::read_traced(options.directory);
  const int64_t layers = model.network->config().num_hidden_layers;
  bertlet::require(!options.layer || *options.layer < layers, "--layer: got {}, want at most {}",
                   options.layer.value_or(0), layers - 1);
  const inside::TracedText traced = inside::traced(model, bertlet::text::valid_utf8(options.text),
                                                   bertlet::text::valid_utf8(options.pair), options.how);
  const bertlet::view::TraceForm form{.layer = options.layer};
  if (!options.out.empty()) write(options.out, traced.trace);
  if (!options.html.empty()) io::write_file(options.html, bertlet::view::trace_page(traced, options.text));
  if (options.common.json)
    fmt::print("{}\n", bertlet::view::trace_json(traced, form).dump({.mends_strings = true}));
  else if (!options.common.quiet)
    fmt::print("{}", bertlet::view::trace_text(traced, form));
  return 0;
}

}  // namespace

void add_trace(const Command& program) {
  const auto options = std::make_shared<TraceRunOptions>();
  Command command = program.add("trace", "Every tensor on a text's way through a model", about_trace);
  command.options(*options);
  command.runs([options] { return run_trace(*options); });
}

}  // namespace apps
