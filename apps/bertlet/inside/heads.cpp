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
#include "bert/inside/head_importance.h"
#include "bert/io/json/document.h"
#include "bert/tasks/finetuning.h"
#include "core/parallel.h"
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
  std::string model, action = "importance", data, out;
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

std::string name_of(const inside::Head& head) { return fmt::format("{}.{}", head.layer, head.head); }

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

// A model with the data that it is studied on.
class Study {
 public:
  explicit Study(const HeadsRunOptions& options)
      : options_(options),
        model_(inside::read_explainable(options.model)),
        data_(model_.read(options.data, tasks::Use::measuring)) {
    bertlet::require(data_->size() > 0, "{}: got no examples, want some", options.data);
  }

  void run() {
    if (options_.action == "importance") return show(importance());
    if (options_.action == "curve") return curve();
    const std::vector<inside::Head> heads = chosen();
    options_.action == "mask" ? mask(heads) : prune(heads);
  }

 private:
  const bert::Config& config() const { return model_.network->config(); }
  inside::HeadTable importance() const;
  std::vector<inside::Head> chosen() const;
  void show(const inside::HeadTable& table) const;
  void curve();
  void mask(const std::vector<inside::Head>& heads);
  void prune(const std::vector<inside::Head>& heads);

  struct Measured {
    bertlet::metrics::Measures measures;
    double seconds;
  };
  Measured measured(const char* what) const;
  void show(const std::vector<inside::Head>& heads, const std::vector<std::pair<std::string, Measured>>& all,
            Json json) const;

  const HeadsRunOptions& options_;
  tasks::FineTuned model_;
  std::unique_ptr<tasks::Data> data_;
};

inside::HeadTable Study::importance() const {
  Progress progress("looking", data_->size(), {1, "examples"}, options_.common.quiet);
  const inside::HeadTable table =
      inside::head_importance(model_, *data_, [&](int64_t examples) { progress.at(examples); });
  return options_.normalize ? inside::normalised(table) : table;
}

std::vector<inside::Head> Study::chosen() const {
  std::vector<inside::Head> to;
  for (const std::string& name : options_.heads) to.push_back(head_named(name));
  if (!to.empty()) return to;
  if (options_.share == 0) throw WrongUsage("want --heads LAYER.HEAD or --share X");
  const std::vector<inside::Head> order = inside::least_important(importance(), config());
  int64_t all = 0;
  for (int64_t layer = 0; layer < config().num_hidden_layers; ++layer) all += std::ssize(config().heads_of(layer));
  const int64_t wanted = std::lround(options_.share * static_cast<double>(all));
  to.assign(order.begin(), order.begin() + std::min<std::ptrdiff_t>(wanted, std::ssize(order)));
  return to;
}

// Rows are layers, columns heads.
void Study::show(const inside::HeadTable& table) const {
  if (options_.common.json) {
    Json rows = Json::array();
    for (auto row = table.numbers.begin(); row != table.numbers.end(); row += table.heads)
      rows.push_back(std::vector<double>(row, row + table.heads));
    Json order = Json::array();
    for (const inside::Head& head : inside::least_important(table, config())) order.push_back(name_of(head));
    const Json json{{"examples", data_->size()},
                    {"normalized", options_.normalize},
                    {"importance", rows},
                    {"least_important", order}};
    return fmt::print("{}\n", json.dump());
  }
  const double most = std::max(1e-300, *std::ranges::max_element(table.numbers));
  std::string text = "layer ";
  for (int64_t head = 0; head < table.heads; ++head) text += fmt::format(" {:>7}", fmt::format("h{}", head));
  for (int64_t layer = 0; layer < table.layers; ++layer) {
    text += fmt::format("\n{:<6}", layer);
    const std::vector<int64_t> left = config().heads_of(layer);
    for (int64_t head = 0; head < table.heads; ++head) {
      const double number = table.at({layer, head});
      const bool is_there = std::ranges::binary_search(left, head);
      text += " " + (is_there ? view::shaded(fmt::format("{:>7.4f}", number), number / most, screen_colours())
                              : fmt::format("{:>7}", "–"));
    }
  }
  fmt::print("{}\n", text);
}

// The least time of several passes, as far as two seconds go: what else the machine does makes single ones longer.
Study::Measured Study::measured(const char* what) const {
  Progress progress(what, std::ssize(data_->items), {1, "examples"}, options_.common.quiet || options_.common.json);
  Measured to{{}, std::numeric_limits<double>::infinity()};
  for (double all = 0; all < 2;) {
    const auto begin = std::chrono::steady_clock::now();
    const tasks::Outcome outcome = model_.outcome(*data_, 4096, [&](int64_t done) { progress.at(done); });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (to.measures.empty()) to.measures = tasks::measures(model_, *data_, outcome);
    to.seconds = std::min(to.seconds, seconds);
    all += seconds;
  }
  return to;
}

void Study::show(const std::vector<inside::Head>& heads, const std::vector<std::pair<std::string, Measured>>& all,
                 Json json) const {
  if (options_.common.json) {
    json["heads"] = Json::array();
    for (const inside::Head& head : heads) json["heads"].push_back(name_of(head));
    for (const auto& [name, measured] : all) {
      for (const bertlet::metrics::Measure& measure : measured.measures) json[name][measure.name] = measure.value;
      json[name]["seconds"] = measured.seconds;
    }
    return fmt::print("{}\n", json.dump());
  }
  std::string text = fmt::format("{} heads:", heads.size());
  for (const inside::Head& head : heads) text += " " + name_of(head);
  text += fmt::format("\n{:<22}", "");
  for (const auto& [name, measured] : all) text += fmt::format(" {:>10}", name);
  for (std::size_t i = 0; i < all[0].second.measures.size(); ++i) {
    text += fmt::format("\n{:<22}", all[0].second.measures[i].name);
    for (const auto& [name, measured] : all) text += fmt::format(" {:>10.4f}", measured.measures[i].value);
  }
  text += fmt::format("\n{:<22}", "seconds");
  for (const auto& [name, measured] : all) text += fmt::format(" {:>10.2f}", measured.seconds);
  fmt::print("{}\n", text);
}

void Study::mask(const std::vector<inside::Head>& heads) {
  std::vector<std::pair<std::string, Measured>> all{{"all", measured("measuring")}};
  model_.head_mask = inside::mask_without(config(), inside::by_layer(heads));
  all.emplace_back("masked", measured("masked"));
  show(heads, all, {});
}

void Study::prune(const std::vector<inside::Head>& heads) {
  if (options_.out.empty()) throw WrongUsage("prune: want --out DIR");
  bertlet::require(options_.force || !fs::exists(fs::path(options_.out) / "config.json"),
                   "{}: is there already, want --force to replace it", options_.out);
  const int64_t before = model_.network->parameters().count();
  std::vector<std::pair<std::string, Measured>> all{{"all", measured("measuring")}};
  model_.head_mask = inside::mask_without(config(), inside::by_layer(heads));
  all.emplace_back("masked", measured("masked"));
  model_.head_mask = {};
  model_.network->prune(inside::by_layer(heads));
  all.emplace_back("pruned", measured("pruned"));
  fs::create_directories(options_.out);
  model_.write(options_.out);
  const int64_t after = model_.network->parameters().count();
  show(heads, all, {{"parameters", before}, {"parameters_pruned", after}, {"out", options_.out}});
  if (!options_.common.json) fmt::print("{}: {} parameters, before {}\n", options_.out, after, before);
}

void Study::curve() {
  const std::vector<inside::Head> order = inside::least_important(importance(), config());
  Progress progress("masking", options_.points + 1, {1, "points"}, options_.common.quiet);
  const std::vector<inside::CurvePoint> points =
      inside::head_curve(model_, *data_, order, options_.points, [&](int64_t done) { progress.at(done); });
  progress.wipe();
  Json json = Json::array();
  const bertlet::metrics::Measures& first = points[0].measures;
  std::string text = fmt::format("{:>5}", "gone");
  for (const bertlet::metrics::Measure& measure : first)
    text += fmt::format(" {:>{}}", measure.name, std::max<std::size_t>(10, measure.name.size()));
  for (const inside::CurvePoint& point : points) {
    Json& line = json.push_back({{"gone", point.gone}});
    text += fmt::format("\n{:>5}", point.gone);
    for (const bertlet::metrics::Measure& measure : point.measures) {
      line[measure.name] = measure.value;
      text += fmt::format(" {:>{}.4f}", measure.value, std::max<std::size_t>(10, measure.name.size()));
    }
  }
  if (options_.common.json) {
    Json names = Json::array();
    for (const inside::Head& head : order) names.push_back(name_of(head));
    text = Json{{"order", std::move(names)}, {"points", std::move(json)}}.dump();
  }
  fmt::print("{}\n", text);
}

int run_heads(const HeadsRunOptions& options) {
  bertlet::set_threads(options.common.threads);
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
