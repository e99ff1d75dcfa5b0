// Hidden words: more pre-training, on texts like those to come.
#include <algorithm>

#include "bert/data/mask.h"
#include "bert/tasks/language_task.h"

namespace bertlet::tasks {

namespace {

constexpr std::uint64_t measured_seed = 12345;  // a file's masks are the same in every measurement

struct MaskedData : Data {
  data::Pieces pieces;
  data::MaskOptions mask;

  MaskedData(Examples from, const text::Tokenizer& with, const data::MaskOptions& options)
      : Data(std::move(from), with), pieces(with), mask(options) {}

  void hide(Item& item, const Rng& rng) const {
    std::vector<int64_t>& ids = item.sequences[0].ids;
    data::Instance instance{.ids = std::move(ids)};
    data::Random random(rng);
    data::hide_tokens(instance, mask, pieces, random);
    ids = std::move(instance.ids);
    item.labels.assign(ids.size(), no_label);
    for (const data::Hidden& hidden : instance.hidden) item.labels[to_size(hidden.position)] = hidden.id;
  }
};

// A hidden token of an example, and what was said of it.
struct Gap {
  const Item& item;
  std::size_t at;      // where in the item
  std::size_t number;  // among the hidden ones of the item
  const Guess& guess;
};

std::vector<Gap> gaps_of(const Data& data, int64_t i, Outputs outputs) {
  std::vector<Gap> to;
  for (auto item = data.items.begin() + first_item(data, i); const Output& output : outputs_of(data, i, outputs)) {
    for (std::size_t at = 0, number = 0; at < item->labels.size(); ++at)
      if (item->labels[at] != no_label) {
        to.push_back({*item, at, number, output.guesses[number]});
        ++number;
      }
    ++item;
  }
  return to;
}

// Long texts come in windows. Tokens are hidden anew in each batch; always the same where they are measured; and where
// the texts have [MASK], to predict.
class MaskedWords : public LanguageTask {
 public:
  Facts facts() const override {
    return {
        "mlm", "Hidden words: more pre-training, on texts like those to come",
        R"(A BERT goes on learning to find hidden words, on texts like those it will meet: a text per line, or a column of a
table; long ones come in windows. Masks are drawn anew for each batch, and those of --dev are always the same: RUN/best
is the model with the least loss on them, from which every other task can begin.)",
        "BertForMaskedLM"};
  }
  void take(const bert::Config& config) override { max_length = config.max_position_embeddings; }

  std::unique_ptr<Data> data(Examples examples, const text::Tokenizer& tokenizer, Use use) const override {
    const data::MaskOptions mask{.rate = rate_,
                                 .most = max_length.value_or(128),
                                 .unit = whole_words_ ? data::MaskUnit::word : data::MaskUnit::token};
    auto to = std::make_unique<MaskedData>(std::move(examples), tokenizer, mask);
    to->examples.labelled = use != Use::predicting;
    for (int64_t i = 0; i < to->size(); ++i) add_windows(i, use, *to);
    for (std::size_t i = 0; use == Use::measuring && i < to->items.size(); ++i)
      to->hide(to->items[i], {.seed = measured_seed, .step = i});
    return to;
  }
  std::vector<Item> drawn(const Data& data, ItemSpan batch, const Rng& rng) const override {
    std::vector<Item> to;
    for (Rng each = rng; const Item* item : batch) {
      static_cast<const MaskedData&>(data).hide(to.emplace_back(*item), each);
      ++each.site;
    }
    return to;
  }

  // Wrong is a text of which a token was not found.
  Verdict verdict(const Data& data, int64_t i, Outputs outputs) const override {
    std::vector<std::string> said;
    double degree = 0;
    for (const Gap& gap : gaps_of(data, i, outputs)) {
      if (gap.guess.right) continue;
      const auto [best, probability] = gap.guess.likeliest[0];
      said.push_back(fmt::format("'{}' for '{}'", token(data, best), token(data, gap.item.labels[gap.at])));
      degree = std::max(degree, probability);
    }
    return {.right = said.empty(),
            .place = place_of(data, i),
            .text = data.row(i).text,
            .facts = {{"said", said}},
            .scale = "confidence",
            .degree = degree};
  }

  // Each text with its masks filled.
  Record prediction(const Data& data, int64_t i, Outputs outputs) const override {
    Record to = record_of(data, i), masks = Record::array();
    for (const Gap& gap : gaps_of(data, i, outputs)) {
      Record& likeliest = masks.push_back(Record::array());
      for (const auto& [id, probability] : gap.guess.likeliest)
        likeliest.push_back({{"token", token(data, id)}, {"probability", probability}});
    }
    to["prediction"] = filled(data, i, outputs);
    to["masks"] = std::move(masks);
    return to;
  }
  std::string shown(const Data& data, int64_t i, Outputs outputs) const override {
    std::string to = filled(data, i, outputs) + "\n";
    for (const Gap& gap : gaps_of(data, i, outputs)) {
      Shares shares;
      for (const auto& [id, probability] : gap.guess.likeliest) shares.push_back({token(data, id), probability});
      to += shares_shown(std::move(shares));
    }
    return to;
  }
  // A list for each mask, in which that mask alone is filled; or one list if there is one mask.
  Record pipeline(const Data& data, int64_t i, Outputs outputs, const PipelineOptions&) const override {
    Record to = Record::array();
    const std::vector<Gap> gaps = gaps_of(data, i, outputs);
    const bool single = gaps.size() == 1 && outputs_of(data, i, outputs).size() == 1;
    for (const Gap& gap : gaps) to.push_back(candidates(data, gap, single));
    return single ? Record(to.elements()[0]) : to;
  }

 protected:
  void visit_own(const options::Visitor& f) override {
    f({"mask-rate", &rate_, "Share of the tokens that are hidden", {.least = 0.001, .most = 1}});
    f({"whole-words", &whole_words_, "Hide all pieces of a word or none"});
  }

 private:
  // What may stand at this place, with the text that each candidate makes.
  static Record candidates(const Data& data, const Gap& gap, bool single) {
    Record to = Record::array();
    for (const auto& [id, probability] : gap.guess.likeliest) {
      std::vector<int64_t> ids = gap.item.sequences[0].ids;
      ids[gap.at] = id;
      to.push_back({{"score", probability},
                    {"token", id},
                    {"token_str", token(data, id)},
                    {"sequence", data.tokenizer->decode(ids, {.special = !single})}});
    }
    return to;
  }

  // A text in windows; where masks are given, those of them that have one.
  void add_windows(int64_t i, Use use, MaskedData& to) const {
    const bool given = use == Use::predicting;
    const text::EncodeOptions how{
        .max_length = to.mask.most, .overflow = true, .keep = given ? text::Keep::offsets : keep};
    for (text::Encoding& encoding : windows_of(to.tokenizer->encode(to.row(i).text, how))) {
      Item item{.example = i};
      for (std::size_t token = 0; given && token < encoding.ids.size(); ++token) {
        const bool is_mask = encoding.ids[token] == to.pieces.mask;
        item.labels.push_back(is_mask ? encoding.ids[token] : no_label);
        if (is_mask) item.places.insert(item.places.end(), {encoding.bytes[token].begin, encoding.bytes[token].end});
      }
      const bool is_empty = given ? item.places.empty() : encoding.size() <= 2;  // [CLS] [SEP]
      if (is_empty) continue;
      item.add(std::move(encoding));
      to.items.push_back(std::move(item));
    }
  }

  // The text with the likeliest token at each mask. The last mask first, so that the places of the others stay.
  static std::string filled(const Data& data, int64_t i, Outputs outputs) {
    std::string text = data.row(i).text;
    const std::vector<Gap> gaps = gaps_of(data, i, outputs);
    for (auto gap = gaps.rbegin(); gap != gaps.rend(); ++gap) {
      const std::string best = token(data, gap->guess.likeliest[0].id);
      const std::size_t begin = to_size(gap->item.places[2 * gap->number]),
                        end = to_size(gap->item.places[2 * gap->number + 1]);
      text.replace(begin, end - begin,
                   best.starts_with(text::inside_mark) ? best.substr(text::inside_mark.size()) : best);
    }
    return text;
  }

  static const std::string& token(const Data& data, int64_t id) { return data.tokenizer->vocabulary().token(id); }

  double rate_ = 0.15;
  bool whole_words_ = false;
};

}  // namespace

std::unique_ptr<Task> mlm() { return std::make_unique<MaskedWords>(); }

}  // namespace bertlet::tasks
