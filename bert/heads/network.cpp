#include "bert/heads/network.h"

#include <algorithm>

#include "bert/heads/group_heads.h"
#include "bert/heads/sentence_head.h"
#include "bert/heads/token_heads.h"
#include "bert/heads/word_head.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

template <class Top>
std::unique_ptr<Network> made(const Config& config, WithPooler with_pooler, Top head) {
  return std::make_unique<EncoderWith<Top>>(Model(config, with_pooler), std::move(head));
}

template <class Top, WithPooler with_pooler>
std::unique_ptr<Network> headed(const Config& config) {
  return made(config, with_pooler, Top(config));
}

template <class Whole>
std::unique_ptr<Network> whole(const Config& config) {
  return std::make_unique<Whole>(config);
}

struct Known {
  std::string_view name, architecture;  // ours and Hugging Face's
  std::unique_ptr<Network> (*make)(const Config& config);
};

constexpr Known all_known[] = {
    {"model", "BertModel", headed<NoHead, WithPooler::yes>},
    {"pretraining", "BertForPreTraining", whole<PreTraining>},
    {"masked-lm", "BertForMaskedLM", whole<MaskedLM>},
    {"causal-lm", "BertLMHeadModel", whole<CausalLM>},
    {"next-sentence", "BertForNextSentencePrediction", headed<NextSentenceHead, WithPooler::yes>},
    {"sequence-classification", "BertForSequenceClassification",
     [](const Config& config) { return sentence_network(config); }},
    {"multiple-choice", "BertForMultipleChoice", headed<ChoiceHead, WithPooler::yes>},
    {"token-classification", "BertForTokenClassification", [](const Config& config) { return token_network(config); }},
    {"question-answering", "BertForQuestionAnswering", headed<AnswerHead, WithPooler::no>}};

}  // namespace

void initialise(Network& network, std::uint64_t seed) {
  bertlet::initialise(network.parameters(), seed, network.initial_values());
}

std::vector<std::string> network_names() {
  std::vector<std::string> names;
  for (const Known& known : all_known) names.emplace_back(known.name);
  return names;
}

std::unique_ptr<Network> make_network(const std::string& name, const Config& config) {
  const auto* known = std::ranges::find(all_known, name, &Known::name);
  require(known != std::end(all_known), "head: got '{}', want one of: {}", name, joined(network_names(), " "));
  return known->make(config);
}

std::string head_of(const Config& config) {
  const io::Json* architectures = config.file.find("architectures");
  if (!architectures || !architectures->is_array()) return {};
  for (const io::Json& architecture : architectures->elements())
    for (const Known& known : all_known)
      if (architecture == known.architecture) return std::string(known.name);
  return {};
}

std::unique_ptr<Network> sentence_network(const Config& config, const HeadOptions& options) {
  return made(config, wants_pooler(options) ? WithPooler::yes : WithPooler::no, SentenceHead(config, options));
}

std::unique_ptr<Network> token_network(const Config& config, const HeadOptions& options) {
  return made(config, WithPooler::no, TokenHead(config, options));
}

std::unique_ptr<Network> pair_network(const Config& config, const std::string& pool, Objective objective) {
  return made(config, pool == "pooler" ? WithPooler::yes : WithPooler::no, PairHead(config, pool, objective));
}

LabelledRows::LabelledRows(const std::vector<int64_t>& of_rows) {
  for (std::size_t row = 0; row < of_rows.size(); ++row) {
    if (of_rows[row] == no_label) continue;
    rows.push_back(static_cast<int64_t>(row));
    labels.push_back(of_rows[row]);
  }
}

}  // namespace bertlet::bert
