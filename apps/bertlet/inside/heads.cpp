#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <limits>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/inside/explanation.h"
#include "bert/io/files/file.h"
#include "bert/io/json/document.h"
#include "bert/tasks/finetuning.h"
#include "bert/view/inside/head_study.h"
#include "core/require.h"

namespace apps {

namespace {

namespace fs = std::filesystem;
namespace bert = bertlet::bert;
namespace inside = bertlet::inside;
namespace tasks = bertlet::tasks;
namespace view = bertlet::view;
using bertlet::io::Json;

struct HeadsRunOptions {
  CommonOptions common;
  std::string model, action = "importance", data, out, html;
  std::vector<std::string> heads;
  int64_t points = 10;
  double share = 0;
  bool normalize = false, force = false;

  void visit(const options::Visitor& f) {
    const std::vector<std::string> actions = {"importance", "mask", "prune", "curve"};
    f({"DIR", &model, "A fine-tuned model or its run; or a BERT that knows words", {.needed = true, .by_place = true}});
    f({"ACTION", &action, "What is done", {.values = actions, .needed = true, .by_place = true}});
    f({"data", &data, "Labelled examples; texts where the model knows words", {.type = "F", .needed = true}});
    f({"heads", &heads, "mask, prune: these, each as LAYER.HEAD, from 0", {.type = "LAYER.HEAD"}});
    f({"share", &share, "mask, prune: or this share of all heads, the least important ones", {.least = 0, .most = 1}});
    f({"normalize", &normalize, "Importance in each layer to length 1, as its authors do before they prune"});
    f({"points", &points, "curve: how many steps there are from all heads to one in each layer", {.most = 1000}});
    f({"out", &out, "prune: where the pruned model goes", {.type = "DIR"}});
    f({"html", &html, "A page of one file, with tables in colour and curves", {.type = "F"}});
    f({"force", &force, "prune: replace what is in --out"});
    common.visit(f);
  }
};

constexpr const char* about_heads =
    R"(Which heads matter for what a model was fine-tuned for.
  importance  of each head the mean of |dL/dxi| over examples, xi being what multiplies the head and L the loss
  mask        the measures with some heads multiplied by 0
  prune       the same, and these heads taken out of the model for good: --out is smaller and faster
  curve       the measures with more and more heads masked, the least important first; one stays in each layer
Examples: bertlet heads /tmp/run importance --data /tmp/data/dev.tsv
          bertlet heads /tmp/run prune --data /tmp/data/dev.tsv --share 0.5 --out /tmp/half)";

// 3.11
inside::Head head_named(const std::string& text) {
  inside::Head to{-1, -1};
  const char* end = text.data() + text.size();
  const auto [point, error] = std::from_chars(text.data(), end, to.layer);
  const bool has_point = error == std::errc() && point != end && *point == '.';
  const auto [last, second] =
      has_point ? std::from_chars(point + 1, end, to.head) : std::from_chars_result{end, std::errc::invalid_argument};
  bertlet::require(second == std::errc() && last == end && to.layer >= 0 && to.head >= 0,
                   "--heads: got '{}', want LAYER.HEAD such as 0.3", text);
  return to;
}

// A model with the data that it is studied on, and what was found out.
class Study {
 public:
  explicit Study(const HeadsRunOptions& options)
      : options_(options),
        model_(inside::read_explainable(options.model)),
        data_(model_.read(options.data, tasks::Use::measuring)) {
    bertlet::require(data_->size() > 0, "{}: got no examples, want some", options.data);
    found_ = {.model = options.model, .data = options.data, .examples = data_->size(), .normalised = options.normalize};
    for (int64_t layer = 0; layer < config().num_hidden_layers; ++layer)
      found_.heads.push_back(config().heads_of(layer));
  }

  void run() {
    if (options_.action == "importance")
      return importance(), show(importance_text(found_, screen_colours()), importance_json(found_));
    if (options_.action == "curve") return curve(), show(curve_text(found_), curve_json(found_));
    found_.gone = chosen();
    options_.action == "mask" ? mask() : prune();
  }

 private:
  const bert::Config& config() const { return model_.network->config(); }
  void importance();
  std::vector<inside::Head> chosen();
  void curve();
  void mask();
  void prune();
  void measure(const char* what, const char* name);
  void show(const std::string& text, const Json& json) const;

  const HeadsRunOptions& options_;
  tasks::FineTuned model_;
  std::unique_ptr<tasks::Data> data_;
  view::HeadStudy found_;
};

void Study::importance() {
  Progress progress("looking", data_->size(), {1, "examples"}, options_.common.quiet);
  inside::HeadTable table = inside::head_importance(model_, *data_, [&](int64_t examples) { progress.at(examples); });
  found_.importance = options_.normalize ? inside::normalised(std::move(table)) : std::move(table);
  found_.order = inside::least_important(*found_.importance, config());
}

std::vector<inside::Head> Study::chosen() {
  std::vector<inside::Head> to;
  for (const std::string& name : options_.heads) to.push_back(head_named(name));
  if (!to.empty()) return to;
  if (options_.share == 0) throw WrongUsage("want --heads LAYER.HEAD or --share X");
  importance();
  int64_t all = 0;
  for (int64_t layer = 0; layer < config().num_hidden_layers; ++layer) all += std::ssize(config().heads_of(layer));
  const int64_t wanted = std::lround(options_.share * static_cast<double>(all));
  const std::vector<inside::Head>& order = found_.order;
  to.assign(order.begin(), order.begin() + std::min<std::ptrdiff_t>(wanted, std::ssize(order)));
  return to;
}

// The least time of several passes, as far as two seconds go: what else the machine does makes single ones longer.
void Study::measure(const char* what, const char* name) {
  Progress progress(what, std::ssize(data_->items), {1, "examples"}, options_.common.quiet || options_.common.json);
  view::HeadStudy::Measured to{.name = name,
                               .measures = {},
                               .seconds = std::numeric_limits<double>::infinity(),
                               .parameters = model_.network->parameters().count()};
  for (double all = 0; all < 2;) {
    const auto begin = std::chrono::steady_clock::now();
    const tasks::Outcome outcome = model_.outcome(*data_, 4096, [&](int64_t done) { progress.at(done); });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (to.measures.empty()) to.measures = tasks::measures(model_, *data_, outcome);
    to.seconds = std::min(to.seconds, seconds);
    all += seconds;
  }
  found_.measured.push_back(std::move(to));
}

void Study::mask() {
  measure("measuring", "all");
  model_.head_mask = inside::mask_without(config(), inside::by_layer(found_.gone));
  measure("masked", "masked");
  show(measured_text(found_), measured_json(found_));
}

void Study::prune() {
  if (options_.out.empty()) throw WrongUsage("prune: want --out DIR");
  bertlet::require(options_.force || !fs::exists(fs::path(options_.out) / "config.json"),
                   "{}: is there already, want --force to replace it", options_.out);
  const bert::HeadsByLayer heads = inside::by_layer(found_.gone);
  measure("measuring", "all");
  model_.head_mask = inside::mask_without(config(), heads);
  measure("masked", "masked");
  model_.head_mask = {};
  model_.network->prune(heads);
  measure("pruned", "pruned");
  fs::create_directories(options_.out);
  model_.write(options_.out);
  const int64_t before = found_.measured.front().parameters, after = found_.measured.back().parameters;
  Json json = measured_json(found_);
  json.update(Json{{"parameters", before}, {"parameters_pruned", after}, {"out", options_.out}});
  show(fmt::format("{}{}: {} parameters, before {}\n", measured_text(found_), options_.out, after, before), json);
}

void Study::curve() {
  importance();
  Progress progress("masking", options_.points + 1, {1, "points"}, options_.common.quiet);
  found_.curve =
      inside::head_curve(model_, *data_, found_.order, options_.points, [&](int64_t done) { progress.at(done); });
}

void Study::show(const std::string& text, const Json& json) const {
  if (!options_.html.empty()) bertlet::io::write_file(options_.html, view::heads_page(found_));
  if (options_.common.json)
    fmt::print("{}\n", json.dump());
  else if (!options_.common.quiet || options_.html.empty())
    fmt::print("{}", text);
}

int run_heads(const HeadsRunOptions& options) {
  options.common.apply();
  Study(options).run();
  return 0;
}

}  // namespace

void add_heads(const Command& program) {
  const auto options = std::make_shared<HeadsRunOptions>();
  Command command = program.add("heads", "Which heads matter; a model without some", about_heads);
  command.options(*options);
  command.runs([options] { return run_heads(*options); });
}

}  // namespace apps
