#include "apps/bertlet/romeo/text.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <numbers>

#include "core/mapped.h"
#include "core/names.h"
#include "core/real.h"

namespace apps {

namespace {

using bertlet::data::Hidden;
using bertlet::data::Instance;
using romeo::Answer;
using romeo::Loss;
using romeo::Toy;
using romeo::Verdict;

std::string line_of(const Toy& toy, const std::vector<int64_t>& ids) { return bertlet::joined(words(toy, ids), " "); }

bool follows(const Instance& example) { return example.pair == bertlet::data::Pair::follows; }

std::vector<int64_t> wanted(const Instance& example) {
  std::vector<int64_t> ids;
  for (const Hidden& hidden : example.hidden) ids.push_back(hidden.id);
  return ids;
}

const char* yes_or_no(bool yes) { return yes ? "yes" : "no"; }

double entropy(const std::vector<int64_t>& ids) {
  std::map<int64_t, double> counts;
  for (const int64_t id : ids) ++counts[id];
  double sum = 0;
  for (const auto& [id, count] : counts) {
    const double share = count / static_cast<double>(ids.size());
    sum -= share * std::log(share);
  }
  return sum;
}

// What became of a hidden word, behind its token's line.
std::string fate(const Toy& toy, const Hidden& hidden, int64_t now) {
  const char* how = now == toy.tokenizer().mask_id() ? "is masked"
                    : now == hidden.id               ? "is asked for, but stays"
                                                     : "is replaced by a word drawn at random";
  return fmt::format("   {} {}", word(toy, hidden.id), how);
}

}  // namespace

const std::string& word(const Toy& toy, int64_t id) { return toy.tokenizer().vocabulary().token(id); }

std::vector<std::string> words(const Toy& toy, const std::vector<int64_t>& ids) {
  return bertlet::mapped(ids, [&](int64_t id) { return word(toy, id); });
}

Levels levels_of(const Toy& toy) {
  return {std::log(static_cast<double>(toy.tokenizer().vocabulary().size())), entropy(toy.asked_words()),
          std::numbers::ln2};
}

Score score_of(const Toy& toy, const Verdict& verdict) {
  Score score;
  for (std::size_t i = 0; i < verdict.answers.size(); ++i) {
    const Instance& example = toy.examples()[i];
    const Answer& answer = verdict.answers[i];
    for (std::size_t n = 0; n < example.hidden.size(); ++n, ++score.masked)
      score.masked_right += answer.words[n] == example.hidden[n].id;
    ++score.next;
    score.next_right += answer.follows == follows(example);
  }
  return score;
}

std::string differences_text(const romeo::TrainingOptions& recipe) {
  std::string text =
      "Unlike the tutorial:\n"
      "- layers are made once. It makes some anew in every pass, so that these never learn\n"
      "- a layer is BERT's: its feed-forward, too, is added to what went in, and normed\n";
  if (recipe.asks_for_pads) return text;
  text +=
      "- only masked words count. It fills each list of masked words up with [PAD], and always saying [PAD] pays\n"
      "- first values are BERT's, with a deviation of 0.02. PyTorch's embeddings begin fifty times as large\n";
  if (recipe.warmup > 0)
    text += fmt::format("- the rate rises to {} for {} epochs, while Adam gets to know its gradients\n", recipe.lr,
                        recipe.warmup);
  if (recipe.decay) text += "- then it falls to 0 in a straight line, which ends what jumps there are\n";
  if (recipe.clip > 0)
    text += fmt::format("- gradients are cut to a norm of {}, so that none throws far what was learned\n", recipe.clip);
  return text;
}

std::string vocabulary_text(const Toy& toy) {
  const auto& tokens = toy.tokenizer().vocabulary().tokens();
  std::string text = fmt::format("{} tokens: 4 with a meaning of their own, and the {} words of the dialogue\n",
                                 tokens.size(), tokens.size() - 4);
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    const bool ends_line = id % 5 == 4 || id + 1 == tokens.size();
    text += ends_line ? fmt::format("{:4} {}\n", id, tokens[id]) : fmt::format("{:4} {:<16}", id, tokens[id]);
  }
  return text;
}

std::string example_text(const Toy& toy, std::size_t index) {
  const Instance& example = toy.examples()[index];
  std::string text = fmt::format("{}\nposition  token            id  segment\n", line_of(toy, example.ids));
  auto next = example.hidden.begin();
  for (int64_t i = 0; i < example.size(); ++i) {
    const int64_t id = example.ids[bertlet::to_size(i)];
    text += fmt::format("{:8}  {:<15} {:>3}  {:>7}", i, word(toy, id), id, i < example.second ? 0 : 1);
    if (next != example.hidden.end() && next->position == i) text += fate(toy, *next++, id);
    text += "\n";
  }
  return text + fmt::format("{} of {} tokens are asked for; is it the next sentence? {}\n", example.hidden.size(),
                            example.size(), yes_or_no(follows(example)));
}

std::string levels_text(const Levels& levels) {
  return fmt::format(
      "guessing words blindly                   {:.2f}  the logarithm of the size of the vocabulary\n"
      "knowing how often each is asked for      {:.2f}  the entropy of their frequencies\n"
      "guessing about the next sentence         {:.2f}  ln 2\n"
      "So a loss above {:.2f} is worse than blind, and only below {:.2f} does a model look at what stands around a "
      "gap.\n",
      levels.words, levels.frequencies, levels.sentences, levels.words + levels.sentences,
      levels.frequencies + levels.sentences);
}

std::string meaning(const Levels& levels, const Loss& loss) {
  const char* place = loss.words > levels.words         ? "worse than blind"
                      : loss.words > levels.frequencies ? "knows frequencies at best"
                                                        : "looks around";
  return fmt::format("{}: the right word gets {:.0f} %, the right answer {:.0f} %", place, 100 * std::exp(-loss.words),
                     100 * std::exp(-loss.sentences));
}

std::string answer_text(const Toy& toy, const Verdict& verdict, std::size_t index) {
  const Instance& example = toy.examples()[index];
  const Answer& answer = verdict.answers[index];
  return fmt::format("text           {}\nmasked words   {}\nfound          {}\nnext sentence  {}\nfound          {}\n",
                     line_of(toy, example.ids), line_of(toy, wanted(example)), line_of(toy, answer.words),
                     yes_or_no(follows(example)), yes_or_no(answer.follows));
}

std::string answers_table(const Toy& toy, const Verdict& verdict) {
  std::string text = "example  masked words                     found                            next  found\n";
  for (std::size_t i = 0; i < verdict.answers.size(); ++i)
    text += fmt::format("{:7}  {:<31}  {:<31}  {:<4}  {}\n", i + 1, line_of(toy, wanted(toy.examples()[i])),
                        line_of(toy, verdict.answers[i].words), yes_or_no(follows(toy.examples()[i])),
                        yes_or_no(verdict.answers[i].follows));
  return text;
}

std::string attention_text(const Toy& toy, std::size_t example, std::size_t layer, std::size_t head) {
  const bertlet::Array all = toy.attention(example, layer);  // [A, from, to]
  const std::vector<int64_t>& ids = toy.examples()[example].ids;
  const int64_t size = std::ssize(ids), begin = static_cast<int64_t>(head) * size * size;
  std::string text = fmt::format("{:>18}", "");
  for (int64_t to = 0; to < size; ++to) text += fmt::format("{:3}", to);
  for (int64_t from = 0; from < size; ++from) {
    text += fmt::format("\n{:>2} {:<15}", from, word(toy, ids[bertlet::to_size(from)]));
    for (int64_t to = 0; to < size; ++to) {
      const double percent = 100 * static_cast<double>(all[begin + from * size + to]);
      text += percent < 0.5 ? "  ." : fmt::format("{:3.0f}", std::min(percent, 99.0));
    }
  }
  return text + "\n";
}

}  // namespace apps
