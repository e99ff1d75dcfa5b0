#include <fmt/format.h>

#include <cmath>

#include "apps/bertlet/command.h"
#include "apps/bertlet/inside/screen.h"
#include "apps/bertlet/progress.h"
#include "bert/inside/pseudo_likelihood.h"
#include "bert/io/json/document.h"
#include "bert/text/unicode/utf8.h"
#include "bert/view/markup.h"
#include "core/mapped.h"
#include "core/require.h"

namespace apps {

namespace {

namespace inside = bertlet::inside;
namespace text = bertlet::text;
using bertlet::io::Json;

constexpr double most_shown = 10;  // nats: a bar is as long as it gets

struct SurpriseRunOptions {
  CommonOptions common;
  std::string directory;
  std::vector<std::string> texts;
  int64_t top_k = 1;

  void visit(const options::Visitor& f) {
    f({"DIR", &directory, "A model directory or a run", {.needed = true, .by_place = true}});
    f({"TEXT", &texts, "One or several, which are then compared", {.needed = true, .by_place = true}});
    f({"top-k", &top_k, "Words that are expected in the place of each token", {.most = 1 << 20}});
    common.visit(f);
  }
};

constexpr const char* about_surprise =
    R"(How well a model expects each token of a text: the token is hidden, and its score is the logarithm of the probability
that the model gives it there. The scores' sum is the text's pseudo-log-likelihood (Salazar et al. 2020), with which texts
of like length can be compared: the nearer to 0, the more expected.

Of a word in pieces a piece is given away by those behind it. So "within word" hides these as well (Kauf & Ivanova 2023);
other tokens have the same score in both columns.

Example: bertlet surprise bert-base-uncased 'The keys are on the table.' 'The keys is on the table.')";

// A text with what is known of it.
struct Surprised {
  std::string text;
  text::Encoding encoding;
  inside::PseudoLikelihood scores;
};

double per_token(double sum, const Surprised& surprised) {
  return sum / static_cast<double>(std::max<std::size_t>(1, surprised.scores.tokens.size()));
}

std::string bar(double nats) { return std::string(to_size(std::llround(std::min(most_shown, nats) * 2)), '#'); }

void show(const Surprised& surprised, const inside::LanguageModel& model) {
  const bertlet::view::Colours colours = screen_colours();
  fmt::print("{:<16} {:>10} {:>12} {:>7}  {:<14}\n", "token", "original", "within word", "rank", "expected");
  for (const inside::TokenSurprise& token : surprised.scores.tokens) {
    const inside::WordReading& reading = token.original;
    std::string expected;
    for (const inside::WordReading::Guess& guess : reading.likeliest)
      expected += fmt::format("{}{} {:.3f}", expected.empty() ? "" : ", ", model.token(guess.id), guess.probability);
    const std::string name = bertlet::view::fitted(bertlet::view::printable(model.token(reading.id)), 16);
    fmt::print("{} {:>10.4f} {:>12.4f} {:>7}  {} {}\n", shaded(name, reading.log_probability / most_shown, colours),
               reading.log_probability, token.within_word, reading.rank,
               bertlet::view::fitted(bertlet::view::printable(expected), 24), bar(-reading.log_probability));
  }
  const double original = surprised.scores.original(), within = surprised.scores.within_word();
  fmt::print("{:<16} {:>10.4f} {:>12.4f}\n", "sum", original, within);
  fmt::print("{:<16} {:>10.4f} {:>12.4f}\n", "mean", per_token(original, surprised), per_token(within, surprised));
  fmt::print("{:<16} {:>10.2f} {:>12.2f}\n", "perplexity", std::exp(-per_token(original, surprised)),
             std::exp(-per_token(within, surprised)));
}

// All texts, the most expected first.
void compare(const std::vector<Surprised>& all) {
  auto order = bertlet::mapped(all, [](const Surprised& each) { return &each; });
  std::ranges::stable_sort(order, std::greater(), [](const Surprised* each) { return each->scores.original(); });
  fmt::print("{:>10} {:>12} {:>7}  text\n", "original", "within word", "tokens");
  for (const Surprised* each : order)
    fmt::print("{:>10.4f} {:>12.4f} {:>7}  {}\n", each->scores.original(), each->scores.within_word(),
               each->scores.tokens.size(), bertlet::view::printable(each->text));
}

Json json_of(const inside::TokenSurprise& token, const Surprised& surprised, const inside::LanguageModel& model) {
  const text::Span& place = surprised.encoding.characters[to_size(token.row)];
  Json expected = Json::array();
  for (const inside::WordReading::Guess& guess : token.original.likeliest)
    expected.push_back({{"token", model.token(guess.id)}, {"id", guess.id}, {"probability", guess.probability}});
  return {{"token", model.token(token.original.id)},
          {"id", token.original.id},
          {"start", place.begin},
          {"end", place.end},
          {"word", surprised.encoding.words[to_size(token.row)]},
          {"original", token.original.log_probability},
          {"within_word", token.within_word},
          {"rank", token.original.rank},
          {"entropy", token.original.entropy},
          {"expected", std::move(expected)}};
}

Json json_of(const Surprised& surprised, const inside::LanguageModel& model) {
  Json json{{"text", surprised.text},
            {"original", surprised.scores.original()},
            {"within_word", surprised.scores.within_word()}};
  json["tokens"] = Json::array();
  for (const inside::TokenSurprise& token : surprised.scores.tokens)
    json["tokens"].push_back(json_of(token, surprised, model));
  return json;
}

int run_surprise(const SurpriseRunOptions& options) {
  options.common.apply();
  const inside::LanguageModel model = inside::read_language_model(options.directory);
  std::vector<Surprised> all;
  int64_t texts = 0, done = 0;
  for (const std::string& each : options.texts) {
    const std::string valid = text::valid_utf8(each);
    all.push_back({valid, model.encoded(valid), {}});
    texts += inside::surprise_texts(all.back().encoding);
  }
  Progress progress("hiding", texts, {1, "tokens"}, options.common.quiet);
  for (Surprised& each : all) {
    each.scores = pseudo_likelihood(
        model, each.encoding, {.top_k = options.top_k, .progress = [&](int64_t now) { progress.at(done + now); }});
    done += inside::surprise_texts(each.encoding);
  }
  progress.wipe();
  for (const Surprised& each : all)
    if (options.common.json) {
      fmt::print("{}\n", json_of(each, model).dump({.mends_strings = true}));
    } else if (!options.common.quiet) {
      show(each, model);
      fmt::print("{}", all.size() > 1 ? "\n" : "");
    }
  if (!options.common.json && (all.size() > 1 || options.common.quiet)) compare(all);
  return 0;
}

}  // namespace

void add_surprise(const Command& program) {
  const auto options = std::make_shared<SurpriseRunOptions>();
  Command command = program.add("surprise", "How well a model expects each token of a text", about_surprise);
  command.options(*options);
  command.runs([options] { return run_surprise(*options); });
}

}  // namespace apps
