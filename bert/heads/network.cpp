#include "bert/heads/network.h"

#include <algorithm>

#include "bert/heads/answer_head.h"
#include "bert/heads/group_heads.h"
#include "bert/heads/pretraining_head.h"
#include "bert/heads/sentence_head.h"
#include "bert/heads/token_head.h"
#include "core/names.h"
#include "core/require.h"

namespace bertlet::bert {

namespace {

template <class Top>
std::unique_ptr<Network> made(const Config& config, WithPooler with_pooler, Top head) {
  return std::make_unique<EncoderWith<Top>>(Model(config, with_pooler), std::move(head));
}

struct Known {
  std::string_view name, architecture;  // ours and Hugging Face's
  std::unique_ptr<Network> (*make)(const Config& config);
};

constexpr Known all_known[] = {
    {"model", "BertModel", [](const Config& config) { return made(config, WithPooler::yes, NoHead()); }},
    {"pretraining", "BertForPreTraining",
     [](const Config& config) -> std::unique_ptr<Network> { return std::make_unique<PreTraining>(config); }},
    {"masked-lm", "BertForMaskedLM", word_network},
    {"causal-lm", "BertLMHeadModel", causal_network},
    {"next-sentence", "BertForNextSentencePrediction", next_sentence_network},
    {"sequence-classification", "BertForSequenceClassification",
     [](const Config& config) { return sentence_network(config); }},
    {"multiple-choice", "BertForMultipleChoice", choice_network},
    {"token-classification", "BertForTokenClassification", [](const Config& config) { return token_network(config); }},
    {"question-answering", "BertForQuestionAnswering", answer_network}};

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

std::unique_ptr<Network> answer_network(const Config& config) {
  return made(config, WithPooler::no, AnswerHead(config));
}

std::unique_ptr<Network> choice_network(const Config& config) {
  return made(config, WithPooler::yes, ChoiceHead(config));
}

std::unique_ptr<Network> word_network(const Config& config) { return std::make_unique<MaskedLM>(config); }
std::unique_ptr<Network> causal_network(const Config& config) { return std::make_unique<CausalLM>(config); }

std::unique_ptr<Network> next_sentence_network(const Config& config) {
  return made(config, WithPooler::yes, NextSentenceHead(config));
}

std::unique_ptr<Network> pair_network(const Config& config, const std::string& pool, Objective objective) {
  return made(config, pool == "pooler" ? WithPooler::yes : WithPooler::no, PairHead(config, pool, objective));
}

}  // namespace bertlet::bert
