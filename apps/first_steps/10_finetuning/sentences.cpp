// A small BERT learns whether a sentence is praise. "not" turns the meaning round, so counting words does not help.
#include "bert/bertlet.h"

using namespace bertlet;

struct Example {
  std::string text;
  int64_t label;  // 1: praise
};

std::vector<Example> examples() {
  std::vector<Example> all;
  for (const std::string thing : {"film", "book", "song"})
    for (const std::string verdict : {"good", "great", "bad", "poor"})
      for (const bool turned : {false, true}) {
        const bool praise = (verdict == "good" || verdict == "great") != turned;
        all.push_back({"the " + thing + " is " + (turned ? "not " : "") + verdict, praise ? 1 : 0});
      }
  return all;
}

bool held_out(const Example& example) { return example.text.find("song is not") != std::string::npos; }

double cosine(const Array& a, const Array& b) {
  return static_cast<double>(cosine_similarity(Tensor(a), Tensor(b)).item());
}

int main() {
  const text::Tokenizer tokenizer(text::Vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "is", "not",
                                                    "film", "book", "song", "good", "great", "bad", "poor"}));
  std::vector<Example> test;
  std::vector<bert::Sequence> train_texts, test_texts;
  std::vector<int64_t> labels;
  for (const Example& example : examples()) {
    const bert::Sequence sequence{.ids = tokenizer.encode(example.text).ids};
    if (held_out(example)) {
      test.push_back(example);
      test_texts.push_back(sequence);
    } else {
      train_texts.push_back(sequence);
      labels.push_back(example.label);
    }
  }
  bert::Config config{.vocab_size = 15,
                      .hidden_size = 32,
                      .num_hidden_layers = 2,
                      .num_attention_heads = 2,
                      .intermediate_size = 64,
                      .max_position_embeddings = 8};
  config.set_dropout(0);
  const auto network = bert::make_network("sequence-classification", config);  // BERT, pooler, dense layer [H, 2]
  bert::initialise(*network, 1);
  optim::AdamW optimizer(network->parameters(), {.lr = 3e-3});
  const bert::Batch batch = bert::Batch::of(train_texts);
  for (int step = 0; step <= 60; ++step) {
    Pass pass{.training = true};
    network->parameters().reset_grad();
    const Tensor loss = network->loss(network->score(batch, pass), batch, {.labels = labels});
    if (step % 30 == 0) fmt::print("step {:2}  loss {:.1f}\n", step, loss.item());
    backward(loss);
    optimizer.step({.clip = 1});
  }

  fmt::print("\nnever seen            praise?\n");
  Pass pass;
  const bert::Scored scored = network->score(bert::Batch::of(test_texts), pass);
  const Array p = softmax(scored.scores).value();  // [4, 2]
  for (std::size_t i = 0; i < test.size(); ++i)
    fmt::print("{:22}{:.1f}\n", test[i].text, p[2 * static_cast<int64_t>(i) + 1]);
  const Array vectors = scored.encoded.pooler_output.value();  // [4, H]
  fmt::print("\nvectors of \"not good\" and \"not great\": cosine {:.1f}, of \"not good\" and \"not bad\": {:.1f}\n",
             cosine(vectors.rows(0, 1), vectors.rows(1, 2)), cosine(vectors.rows(0, 1), vectors.rows(2, 3)));
}
