#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "apps/bertlet/command.h"
#include "apps/bertlet/progress.h"
#include "apps/bertlet/romeo/story.h"
#include "apps/bertlet/romeo/text.h"
#include "bert/io/files/file.h"
#include "bert/io/files/lines.h"
#include "bert/io/json/document.h"
#include "core/require.h"

namespace apps {

namespace {

struct RomeoOptions {
  CommonOptions common;
  romeo::Settings settings;
  std::string text, recipe = "bertlet", out, html;
  std::optional<int64_t> batch, feed_forward, warmup;
  std::optional<double> lr, clip;
  bool explain = false, force = false;

  void visit(const options::Visitor& f);
};

void RomeoOptions::visit(const options::Visitor& f) {
  constexpr double most = 1 << 16;
  f({"explain", &explain, "Tell what happens, from the vocabulary to where a head looks"});
  f({"text", &text, "Another dialogue, a line for each who speaks", {.type = "F"}});
  f({"recipe", &recipe, "How it is trained", {.values = {"bertlet", "tutorial"}, .type = "R"}});
  f({"epochs", &settings.epochs, "Steps, each over the whole batch"});
  f({"layers", &settings.layers, "Of the encoder", {.most = 1000}});
  f({"hidden", &settings.hidden, "Width of the layers", {.most = most}});
  f({"heads", &settings.heads, "Of each layer", {.most = most}});
  f({"feed-forward", &feed_forward, "Width inside the layers; if not given, four times as wide"});
  f({"batch", &batch, "Examples; if not given, as many as lines", {.most = most}});
  f({"length", &settings.draw.longest, "Of the longest example that fits", {.least = 5, .most = most}});
  f({"max-masked", &settings.draw.most_hidden, "Words asked for in an example", {.most = most}});
  f({"lr", &lr, "Adam's rate, in the place of the recipe's"});
  f({"warmup", &warmup, "Epochs in which the rate rises, in the place of the recipe's", {.least = 0}});
  f({"clip", &clip, "The largest gradient norm, in the place of the recipe's; 0: no limit"});
  f({"html", &html, "The story in a page of one file", {.type = "F"}});
  f({"out", &out, "The model goes there, as transformers have it", {.type = "DIR"}});
  f({"force", &force, "--out: replace a model that is there"});
  common.visit(f);
}

constexpr const char* about_romeo =
    R"(The well-known tutorial: a BERT learns six lines between Romeo and Juliet by heart, by filling in their gaps and
telling whether one line follows another. Then it says what it found. The exit code is 1 if it did not learn.
With --text it learns another dialogue, a line of the file for each who speaks.

  --recipe bertlet    learns; what differs from the tutorial, and why, is printed
  --recipe tutorial   the tutorial's own settings: no warm-up, no clipping, PyTorch's first values, pads count as masked

Example: bertlet romeo --explain --hidden 96 --heads 4)";

std::vector<std::string> lines_of(const std::string& file) {
  const std::string text = bertlet::io::read_file(file);
  std::vector<std::string> lines;
  for (std::string_view line : bertlet::io::split_lines(text))
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.emplace_back(line);
  bertlet::require(lines.size() >= 2, "{}: got {} lines, want a dialogue of at least 2", file, lines.size());
  return lines;
}

romeo::Settings settings_of(const RomeoOptions& options) {
  romeo::Settings settings = options.settings;
  settings.seed = settings.draw.seed = options.common.seed;
  if (!options.text.empty()) settings.lines = lines_of(options.text);
  settings.draw.examples = options.batch.value_or(std::min<int64_t>(std::ssize(settings.lines), 1 << 16));
  settings.feed_forward = options.feed_forward.value_or(4 * settings.hidden);
  if (options.recipe == "tutorial")
    settings.recipe = romeo::tutorial_recipe();
  else
    settings.recipe.warmup = settings.epochs / 10;
  settings.recipe.lr = options.lr.value_or(settings.recipe.lr);
  settings.recipe.warmup = options.warmup.value_or(settings.recipe.warmup);
  settings.recipe.clip = options.clip.value_or(settings.recipe.clip);
  return settings;
}

// A run of the toy and what is printed about it.
class Run {
 public:
  explicit Run(const RomeoOptions& options) : options_(options), settings_(settings_of(options)), toy_(settings_) {}

  int all() {
    const std::filesystem::path out = options_.out;
    bertlet::require(out.empty() || options_.force || !std::filesystem::exists(out / "config.json"),
                     "{}: is there already, want --force to replace it", options_.out);
    introduce();
    const bool tells = !options_.html.empty();
    if (tells) story_.before = toy_.attention(0, to_size(settings_.layers) - 1);
    train();
    if (!out.empty()) toy_.save(out);
    const romeo::Verdict verdict = toy_.ask();
    const Score score = score_of(toy_, verdict);
    if (tells) bertlet::io::write_file(options_.html, story_page(toy_, settings_, story_, verdict));
    if (options_.common.json)
      print_json(verdict, score);
    else
      print(verdict, score);
    bertlet::require(score.all(),
                     "romeo: it did not learn: got {} of {} masked words and {} of {} next sentences, want all of them",
                     score.masked_right, score.masked, score.next_right, score.next);
    return 0;
  }

 private:
  void introduce() const {
    if (!speaks()) return;
    fmt::print("{} parameters, {} examples of {} tokens in all\n", toy_.parameters(), toy_.examples().size(),
               toy_.rows().rows());
    fmt::print("{}", differences_text(settings_.recipe));
    if (!options_.explain) return;
    fmt::print("\nThe vocabulary: {}", vocabulary_text(toy_));
    fmt::print("\nThe first example\n{}", example_text(toy_, 0));
    fmt::print("\nThe loss, before anything is learned\n{}\n", levels_text(levels_of(toy_)));
  }

  void train() {
    Progress bar("training", settings_.epochs, {1, "epochs"}, options_.common.quiet);
    const Levels levels = levels_of(toy_);
    for (int64_t epoch = 1; epoch <= settings_.epochs; ++epoch) {
      const romeo::Loss loss = toy_.train(epoch - 1);
      story_.losses.push_back(loss);
      bar.at(epoch);
      if (!speaks() || (epoch % 10 != 0 && epoch != settings_.epochs && epoch != 1)) continue;
      bar.wipe();
      fmt::print("epoch {:3}  loss {:.4f} = words {:.4f} + sentences {:.4f}{}\n", epoch, loss.sum(), loss.words,
                 loss.sentences, options_.explain ? "  " + meaning(levels, loss) : "");
      std::fflush(stdout);
    }
  }

  void print(const romeo::Verdict& verdict, const Score& score) const {
    if (speaks()) fmt::print("\n{}\n", answer_text(toy_, verdict, 0));
    if (speaks() && options_.explain)
      fmt::print("All examples\n{}\nWhere the first head of the last layer looks, in percent\n{}\n",
                 answers_table(toy_, verdict), attention_text(toy_, 0, to_size(settings_.layers) - 1, 0));
    fmt::print("{} of {} masked words and {} of {} next sentences are right, loss {:.4f}, {:.1f} s\n",
               score.masked_right, score.masked, score.next_right, score.next, verdict.loss.sum(), seconds());
  }

  void print_json(const romeo::Verdict& verdict, const Score& score) const {
    fmt::print("{}\n", bertlet::io::Json{{"epochs", settings_.epochs},
                                         {"final_loss", verdict.loss.sum()},
                                         {"masked_total", score.masked},
                                         {"masked_right", score.masked_right},
                                         {"isnext_total", score.next},
                                         {"isnext_right", score.next_right},
                                         {"seconds", seconds()}}
                           .dump());
  }

  bool speaks() const { return !options_.common.json && !options_.common.quiet; }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - begin_).count(); }

  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin_ = Clock::now();
  const RomeoOptions& options_;
  const romeo::Settings settings_;
  romeo::Toy toy_;
  Story story_;
};

int run_romeo(const RomeoOptions& options) {
  options.common.apply();
  return Run(options).all();
}

}  // namespace

void add_romeo(const Command& program) {
  const auto options = std::make_shared<RomeoOptions>();
  Command command = program.add("romeo", "The toy: learns the dialogue of Romeo and Juliet by heart", about_romeo);
  command.options(*options);
  command.runs([options] { return run_romeo(*options); });
}

}  // namespace apps
