#pragma once
#include <string>
#include <vector>

#include "bert/view/terminal.h"

namespace bertlet::view {

// Numbers of each layer, between 0 and 1 where they are drawn.
struct LayerColumn {
  std::string name;
  std::vector<double> numbers;  // of layer 0, the embeddings, and of those behind it
  bool drawn = true;            // in the chart; the first one has bars in the terminal
  bool marked = true;           // where it is largest, if it is drawn
};

std::string layer_name(std::size_t layer);  // 0 embeddings, 1, 2, …
std::string layer_text(const std::vector<LayerColumn>& columns, Colours colours);
std::string layer_chart(const std::vector<LayerColumn>& columns, const std::string& title,
                        const std::string& reference = {}, double at = 0);
std::string layer_table(const std::vector<LayerColumn>& columns);

std::string scrolled(const std::string& table, const std::string& name);  // wide things scroll by themselves

}  // namespace bertlet::view
