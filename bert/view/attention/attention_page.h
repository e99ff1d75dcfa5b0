#pragma once
#include "bert/view/attention/attention_data.h"

// Where a model looks: a page of one file that needs no network, made of the .html, .css and .js beside this file.
//
//   AttentionPage page(1);
//   page.add({.model = "bert", .text = "The cat sat.", .tokens = tokens, .maps = attention_maps(model, sequence)});
//   io::write_file("page.html", page.html());
namespace bertlet::view {

class AttentionPage {
 public:
  // Unless `choice` names layers or heads, a page of texts up to 64 tokens stays below 1 MB, of longer ones below 12
  // MB.
  explicit AttentionPage(std::size_t exhibits, AttentionChoice choice = {});

  std::string add(const AttentionExhibit& exhibit);  // what was left out of it, if anything
  std::string html() const;

 private:
  std::size_t exhibits_;
  AttentionChoice choice_;
  io::Json data_ = io::Json::array();
};

}  // namespace bertlet::view
