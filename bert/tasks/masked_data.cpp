#include <algorithm>
#include <cmath>

#include "bert/data/mask.h"
#include "bert/metrics/perplexity.h"
#include "bert/metrics/scores.h"
#include "bert/tasks/data.h"
#include "bert/tasks/tables/text_lines.h"
#include "bert/tasks/text_data.h"

namespace bertlet::tasks {

namespace {

constexpr std::uint64_t measured_seed = 12345;  // a file's masks are the same in every measurement

// A window of a text, and where in the text its masks stand.
struct MaskedWindow {
  std::size_t row;
  std::vector<text::Span> masks = {};
};

data::MaskOptions mask_options(const MaskedOptions& options) {
  return {.rate = options.rate,
          .most = options.max_length,
          .unit = options.whole_words ? data::MaskUnit::word : data::MaskUnit::token};
}

class MaskedData : public Data {
 public:
  MaskedData(const std::filesystem::path& file, const text::Tokenizer& tokenizer, const MaskedOptions& options)
      : tokenizer_(tokenizer),
        pieces_(tokenizer),
        mask_(mask_options(options)),
        masks_(options.masks),
        texts_(read_texts(file, {.columns = options.columns, .table = {.bad_rows = options.bad_rows}})),
        counts_(static_cast<std::size_t>(pieces_.size)) {
    choose_rows(texts_.rows, options.rows);
    for (std::size_t row = 0; row < texts_.rows.size(); ++row) add(row, options);
    for (std::size_t i = 0; masks_ == Masks::fixed && i < items_.size(); ++i)
      hide(items_[i], {.seed = measured_seed, .step = i});
  }

  bool labelled() const override { return masks_ != Masks::given; }
  std::int64_t examples() const override {
    return masks_ == Masks::given ? std::ssize(texts_.rows) : std::ssize(items_);
  }
  std::vector<BadRow> bad_rows() const override { return texts_.bad_rows; }

  std::vector<Item> drawn(ItemSpan batch, const Rng& rng) const override {
    std::vector<Item> to;
    for (Rng each = rng; const Item* item : batch) {
      hide(to.emplace_back(*item), each);
      ++each.site;
    }
    return to;
  }

  train::Measures measures(std::span<const Output> outputs, std::span<const std::int64_t> examples) const override {
    double loss = 0;
    std::int64_t right = 0, all = 0;
    for (const std::int64_t i : examples)
      for (const Guess& guess : outputs[static_cast<std::size_t>(i)].guesses) {
        loss += guess.loss;
        right += guess.right;
        ++all;
      }
    return {{"loss", metrics::ratio(loss, static_cast<double>(all))},
            {"perplexity", metrics::perplexity(loss, all)},
            {"accuracy", metrics::ratio(static_cast<double>(right), static_cast<double>(all))}};
  }

  // How frequent each token is in the file.
  std::vector<Output> baseline() const override {
    double all = 0;
    for (const std::int64_t count : counts_) all += static_cast<double>(count);
    const std::int64_t commonest = std::ranges::max_element(counts_) - counts_.begin();
    const auto share = [&](std::int64_t id) {
      return static_cast<double>(counts_[static_cast<std::size_t>(id)]) / all;
    };
    std::vector<Output> to;
    for (const Item& item : items_) {
      Output& output = to.emplace_back();
      for (const std::int64_t id : item.labels)
        if (id != no_label)
          output.guesses.push_back({-std::log(share(id)), id == commonest, {{commonest, share(commonest)}}});
    }
    return to;
  }

  // Each text with its masks filled.
  std::vector<Record> predictions(std::span<const Output> outputs) const override {
    std::vector<Record> to;
    for (const Example& row : texts_.rows)
      to.push_back({{"line", row.line}, {"text", row.text}, {"prediction", row.text}, {"masks", Record::array()}});
    for (std::size_t i = 0; i < items_.size(); ++i)
      for (const Guess& guess : outputs[i].guesses) to[windows_[i].row]["masks"].push_back(candidates(guess));
    for (std::size_t i = items_.size(); i-- > 0;) fill(to[windows_[i].row], windows_[i].masks, outputs[i].guesses);
    return to;
  }

  std::vector<Wrong> wrong(std::span<const Output> outputs) const override {
    std::vector<Wrong> all;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Example& row = texts_.rows[windows_[i].row];
      auto guess = outputs[i].guesses.begin();
      for (const std::int64_t id : items_[i].labels) {
        if (id == no_label) continue;
        const auto [said, probability] = guess->likeliest[0];
        if (!guess->right)
          all.push_back(
              {texts_.place(row), row.text, {{"is", token(id)}, {"said", token(said)}}, "confidence", probability});
        ++guess;
      }
    }
    return all;
  }

 private:
  // A text in windows; where masks are given, those of them that have one.
  void add(std::size_t row, const MaskedOptions& options) {
    const bool given = masks_ == Masks::given;
    text::Encoding first = tokenizer_.encode(
        texts_.rows[row].text,
        {.max_length = options.max_length, .overflow = true, .keep = given ? text::Keep::offsets : text::Keep::ids});
    std::vector<text::Encoding> windows = std::move(first.overflow);
    windows.insert(windows.begin(), std::move(first));
    for (text::Encoding& encoding : windows) {
      MaskedWindow window{.row = row};
      Item item;
      for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
        const std::int64_t id = encoding.ids[i];
        if (!tokenizer_.is_special(id)) ++counts_[static_cast<std::size_t>(id)];
        if (!given) continue;
        item.labels.push_back(id == pieces_.mask ? id : no_label);
        if (id == pieces_.mask) window.masks.push_back(encoding.bytes[i]);
      }
      const bool is_empty = given ? window.masks.empty() : encoding.size() <= 2;  // [CLS] [SEP]
      if (is_empty) continue;
      item.sequences.push_back({std::move(encoding.ids), std::move(encoding.types)});
      items_.push_back(std::move(item));
      windows_.push_back(std::move(window));
    }
  }

  void hide(Item& item, const Rng& rng) const {
    std::vector<std::int64_t>& ids = item.sequences[0].ids;
    data::Instance instance{.ids = std::move(ids)};
    data::Random random(rng);
    data::hide_tokens(instance, mask_, pieces_, random);
    ids = std::move(instance.ids);
    item.labels.assign(ids.size(), no_label);
    for (const data::Hidden& hidden : instance.hidden)
      item.labels[static_cast<std::size_t>(hidden.position)] = hidden.id;
  }

  Record candidates(const Guess& guess) const {
    Record to = Record::array();
    for (const auto& [id, probability] : guess.likeliest)
      to.push_back({{"token", token(id)}, {"probability", probability}});
    return to;
  }

  // The last mask first, so that the places of the others stay.
  void fill(Record& record, const std::vector<text::Span>& masks, const std::vector<Guess>& guesses) const {
    std::string text = record["prediction"].string();
    for (std::size_t i = masks.size(); i-- > 0;) {
      const std::string best = token(guesses[i].likeliest[0].id);
      text.replace(static_cast<std::size_t>(masks[i].begin), static_cast<std::size_t>(masks[i].end - masks[i].begin),
                   best.starts_with(text::inside_mark) ? best.substr(text::inside_mark.size()) : best);
    }
    record["prediction"] = std::move(text);
  }

  const std::string& token(std::int64_t id) const { return tokenizer_.vocabulary().token(id); }

  const text::Tokenizer& tokenizer_;
  const data::Pieces pieces_;
  const data::MaskOptions mask_;
  const Masks masks_;
  Examples texts_;
  std::vector<std::int64_t> counts_;   // of each token in the file, by id
  std::vector<MaskedWindow> windows_;  // of the items
};

}  // namespace

std::unique_ptr<Data> masked_data(const std::filesystem::path& file, const text::Tokenizer& tokenizer,
                                  const MaskedOptions& options) {
  return std::make_unique<MaskedData>(file, tokenizer, options);
}

}  // namespace bertlet::tasks
