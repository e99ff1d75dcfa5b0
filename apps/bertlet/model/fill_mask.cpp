#include <algorithm>
#include <numeric>

#include "apps/bertlet/model/model_files.h"
#include "bert/heads/word_head.h"
#include "bert/io/json/document.h"
#include "bert/options/precision.h"
#include "core/finite.h"
#include "core/mapped.h"
#include "core/ops.h"
#include "core/require.h"

namespace apps {

namespace {

namespace bert = bertlet::bert;
namespace text = bertlet::text;
using bertlet::io::Json;

struct FillMaskOptions {
  CommonOptions common;
  std::string directory, text, pair;
  int top_k = 5;
  std::vector<std::string> targets;
  std::optional<bertlet::Precision> precision = {};

  void visit(const options::Visitor& f);
};

void FillMaskOptions::visit(const options::Visitor& f) {
  f({"directory", &directory, "A model directory or a run", {.type = "DIR", .needed = true, .by_place = true}});
  f({"text", &text, "With [MASK] in it", {.type = "TEXT", .needed = true, .by_place = true}});
  f({"pair", &pair, "A second text behind it", {.type = "TEXT_B", .by_place = true}});
  f({"top-k", &top_k, "How many words for each mask", {.most = 1 << 20}});
  f({"targets", &targets, "Only these words", {.type = "WORD"}});
  f(options::inference_precision(&precision));
  common.visit(f);
}

constexpr const char* about_fill_mask =
    R"(The words that the model expects where the text says [MASK], with their probabilities, the likeliest first. Of several
masks each is answered by itself, with the others still masked. With --json one object: "masks", and in each
"position" (its token) and "candidates" with "token", "id", "score" and the "sequence" they would make.

Example: bertlet fill-mask bert-base-uncased 'Paris is the [MASK] of France.' --top-k 3)";

struct Candidate {
  int64_t id;
  double score;
};

// What stands at each mask, likeliest first.
class Filler {
 public:
  explicit Filler(const FillMaskOptions& options)
      : options_(options),
        tokenizer_(read_model_tokenizer(options.directory, options.common)),
        model_(load_model<bert::MaskedLM>(read_model_config(options.directory), options.directory, options.common,
                                          options.precision)) {}

  void run() const;

 private:
  std::vector<int64_t> masks() const;
  std::vector<std::vector<Candidate>> candidates(const std::vector<int64_t>& masks) const;
  std::vector<int64_t> allowed(int64_t words) const;
  std::string sequence(int64_t mask, int64_t id) const;
  text::Encoding encoded() const {
    return options_.pair.empty() ? tokenizer_.encode(options_.text) : tokenizer_.encode(options_.text, options_.pair);
  }

  const FillMaskOptions& options_;
  text::Tokenizer tokenizer_;
  bert::MaskedLM model_;
  text::Encoding encoding_ = encoded();
};

std::vector<int64_t> Filler::masks() const {
  const std::string& mask = tokenizer_.options().special.mask;
  std::vector<int64_t> places;
  for (int64_t i = 0; i < encoding_.size(); ++i)
    if (encoding_.ids[to_size(i)] == tokenizer_.mask_id()) places.push_back(i);
  bertlet::require(!places.empty(), "fill-mask: got a text without {0}, want at least one {0}", mask);
  return places;
}

// All words, or the targets.
std::vector<int64_t> Filler::allowed(int64_t words) const {
  std::vector<int64_t> ids(to_size(words));
  std::iota(ids.begin(), ids.end(), 0);
  if (options_.targets.empty()) return ids;
  ids.clear();
  for (const std::string& target : options_.targets) {
    const std::vector<int64_t> pieces = tokenizer_.encode(target, {.special = false}).ids;
    bertlet::require(pieces.size() == 1, "--targets: '{}' is {} tokens, want one", target, pieces.size());
    ids.push_back(pieces[0]);
  }
  return ids;
}

std::vector<std::vector<Candidate>> Filler::candidates(const std::vector<int64_t>& masks) const {
  const int64_t length = encoding_.size(), most = model_.bert.config.max_position_embeddings;
  bertlet::require(length <= most, "fill-mask: got {} tokens, want at most {}", length, most);
  bertlet::Pass pass;
  const bert::Batch batch = bert::Batch::of({{encoding_.ids, encoding_.types}});
  const bertlet::Tensor p = softmax(model_.score(batch, pass, {}, masks).scores);  // [masks, V]
  bertlet::require_finite(p.value(), "fill-mask: the words' probabilities");
  const std::vector<int64_t> ids = allowed(p.shape()[1]);
  std::vector<std::vector<Candidate>> all;
  for (int64_t row = 0; row < std::ssize(masks); ++row) {
    const auto candidate = [&, begin = row * p.shape()[1]](int64_t id) {
      return Candidate{id, static_cast<double>(p.value()[begin + id])};
    };
    auto here = bertlet::mapped(ids, candidate);
    const auto kept = here.begin() + std::min<std::ptrdiff_t>(options_.top_k, std::ssize(here));
    std::ranges::partial_sort(here, kept, std::greater(), &Candidate::score);
    here.erase(kept, here.end());
    all.push_back(std::move(here));
  }
  return all;
}

std::string Filler::sequence(int64_t mask, int64_t id) const {
  std::vector<int64_t> ids = encoding_.ids;
  ids[to_size(mask)] = id;
  const auto special = [&](int64_t other) { return other != tokenizer_.mask_id() && tokenizer_.is_special(other); };
  std::erase_if(ids, special);
  return tokenizer_.decode(ids);
}

void Filler::run() const {
  const std::vector<int64_t> places = masks();
  const std::vector<std::vector<Candidate>> all = candidates(places);
  Json json;
  json["masks"] = Json::array();
  for (std::size_t i = 0; i < places.size(); ++i) {
    Json list = Json::array();
    if (!options_.common.json && places.size() > 1) fmt::print("{}mask {}\n", i == 0 ? "" : "\n", i + 1);
    for (const Candidate& candidate : all[i]) {
      const std::string token(tokenizer_.vocabulary().token(candidate.id));
      const std::string text = sequence(places[i], candidate.id);
      if (!options_.common.json) fmt::print("{:<16} {:.4f}  {}\n", token, candidate.score, text);
      list.push_back({{"token", token}, {"id", candidate.id}, {"score", candidate.score}, {"sequence", text}});
    }
    json["masks"].push_back({{"position", places[i]}, {"candidates", std::move(list)}});
  }
  if (options_.common.json) fmt::print("{}\n", json.dump());
}

int run_fill_mask(const FillMaskOptions& options) {
  options.common.apply();
  Filler(options).run();
  return 0;
}

}  // namespace

void add_fill_mask(const Command& program) {
  const auto options = std::make_shared<FillMaskOptions>();
  Command command = program.add("fill-mask", "The words that the model expects at [MASK]", about_fill_mask);
  command.options(*options);
  command.runs([options] { return run_fill_mask(*options); });
}

}  // namespace apps
