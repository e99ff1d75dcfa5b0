#include <fmt/format.h>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/inside/explanation.h"
#include "bert/io/files/file.h"
#include "bert/text/unicode/utf8.h"
#include "bert/view/inside/explanation.h"
#include "core/require.h"

namespace apps {

namespace {

namespace inside = bertlet::inside;

struct ExplainRunOptions {
  CommonOptions common;
  std::string model, context, html;
  std::vector<std::string> texts;
  inside::ExplainOptions how;
  bertlet::view::Method by = bertlet::view::Method::integrated;

  void visit(const options::Visitor& f) {
    f({"DIR", &model, "A fine-tuned model or its run; or a BERT that knows words", {.needed = true, .by_place = true}});
    f({"TEXT", &texts, "As for predict: a text, a pair as two, a question", {.needed = true, .by_place = true}});
    f({"label", &how.label, "What is explained: a class, tag, word or answer; else what the model says"});
    f({"against", &how.against, "Why not this class, tag or word: its score is taken off", {.type = "LABEL"}});
    f({"at",
       &how.at,
       "Which word's tag, by its number or as it is written; which [MASK], by its number",
       {.type = "WORD"}});
    f({"of",
       options::word(&how.quantity, inside::quantity_names()),
       "Which number of it is explained",
       {.values = inside::quantity_names()}});
    f({"baseline",
       options::word(&how.baseline, inside::baseline_names()),
       "Integrated gradients: what stands for each token of a text that says nothing",
       {.values = inside::baseline_names()}});
    f({"nodes", &how.nodes, "Integrated gradients: texts between the baseline and this one", {.most = 10000}});
    f({"by",
       options::word(&by, bertlet::view::method_names()),
       "By what words are coloured",
       {.values = bertlet::view::method_names()}});
    f({"context", &context, "qa: a file with the passage", {.type = "F"}});
    f({"passage", &how.context, "qa: the passage itself", {.type = "TEXT"}});
    f({"html", &html, "A page of one file, with the words in colour", {.type = "F"}});
    common.visit(f);
  }
};

constexpr const char* about_explain =
    R"(How much what a model says of a text hangs on each of its words:
  integrated      integrated gradients: the gradient summed up on the straight way from a text that says nothing; the
                  sum over all tokens is the score here less the score there, and how exact it is stands below
  gradient*input  the gradient along the word's own embedding, and
  gradient        the length of the gradient: what a small change of the word would change
  occlusion       the score less the score with [MASK] in the word's place
Pieces of a word count together. The gradient is that of the word embeddings; positions and segments stay.

Examples: bertlet explain /tmp/run "The food was not bad ."
          bertlet explain bert-base-uncased "Paris is the [MASK] of France ." --label capital --against city)";

int run_explain(const ExplainRunOptions& options) {
  options.common.apply();
  inside::ExplainOptions how = options.how;
  if (!options.context.empty()) how.context = bertlet::io::read_file(options.context);
  std::optional<Progress> progress;
  how.progress = [&](int64_t done, int64_t steps) {
    if (!progress) progress.emplace("explaining", steps, Progress::Unit{1, "texts"}, options.common.quiet);
    progress->at(done);
  };
  std::vector<std::string> texts;
  for (const std::string& text : options.texts) texts.push_back(bertlet::text::valid_utf8(text));
  const bertlet::tasks::FineTuned model = inside::read_explainable(options.model);
  const inside::Explanation why = inside::explain(model, texts, how);
  progress.reset();
  if (!options.html.empty()) bertlet::io::write_file(options.html, bertlet::view::explanation_page(why, options.by));
  if (options.common.json)
    fmt::print("{}\n", bertlet::view::explanation_json(why).dump({.mends_strings = true}));
  else if (!options.common.quiet || options.html.empty())
    fmt::print("{}", bertlet::view::explanation_text(why, options.by, screen_colours()));
  return 0;
}

}  // namespace

void add_explain(const Command& program) {
  const auto options = std::make_shared<ExplainRunOptions>();
  Command command = program.add("explain", "On which words it hangs what a model says of a text", about_explain);
  command.options(*options);
  command.runs([options] { return run_explain(*options); });
}

}  // namespace apps
